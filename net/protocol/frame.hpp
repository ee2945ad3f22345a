// SPDX-License-Identifier: Apache-2.0
// Encoded frames, which are built once and shared by all clients that receive them. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "config/base/bytes.hpp"

namespace roost::net {

using roost::bytes;
using roost::bytes_ptr;
using roost::slice;

/// A WebSocket frame ready to be sent: RFC 6455 header (unmasked) and payload in one buffer.
using frame_ptr = bytes_ptr;

/// A new, uninitialized frame of `size` bytes that the outbox may drop under pressure. While it is
/// unsent, a later frame with the same conflation key replaces it; empty: no key.
frame_ptr make_ephemeral(std::size_t size, std::string_view conflation_key);

inline bool is_ephemeral(const frame_ptr& frame) { return frame->mark() != 0; }
/// Empty if the frame is not conflated.
inline std::string_view conflation_key_of(const frame_ptr& frame) { return frame->tail(); }
/// The hash of the key; never 0 for an ephemeral frame. It is keyed, so it differs in each process.
inline std::uint32_t conflation_hash_of(const frame_ptr& frame) { return frame->mark(); }
inline bool is_conflated(const frame_ptr& frame) {
  return is_ephemeral(frame) && !conflation_key_of(frame).empty();
}
/// Whether one frame may replace the other.
inline bool same_conflation_key(const frame_ptr& one, const frame_ptr& other) {
  return conflation_hash_of(one) == conflation_hash_of(other) && is_conflated(one) &&
         conflation_key_of(one) == conflation_key_of(other);
}

}  // namespace roost::net
