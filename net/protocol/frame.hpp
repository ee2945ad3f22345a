// What goes to a client: encoded once, written to many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "config/base/bytes.hpp"

namespace roost::net {

using roost::bytes;
using roost::bytes_ptr;
using roost::slice;

/// A WebSocket frame ready for the wire: RFC 6455 header (unmasked) and payload in one piece.
using frame_ptr = bytes_ptr;

/// A new frame of `size`, not initialised, that may be dropped under pressure. One with a key may
/// also be replaced, while it is unsent, by a later one with the same key; empty: it may not.
frame_ptr make_ephemeral(std::size_t size, std::string_view conflation_key);

inline bool is_ephemeral(const frame_ptr& frame) { return frame->mark() != 0; }
/// Empty: it is not conflated.
inline std::string_view conflation_key_of(const frame_ptr& frame) { return frame->tail(); }
/// Of the key; never 0 for an ephemeral frame. Differs from one run of the process to the next.
inline std::uint32_t conflation_hash_of(const frame_ptr& frame) { return frame->mark(); }
inline bool is_conflated(const frame_ptr& frame) {
  return is_ephemeral(frame) && !conflation_key_of(frame).empty();
}
/// Whether one may take the other's place.
inline bool same_conflation_key(const frame_ptr& one, const frame_ptr& other) {
  return conflation_hash_of(one) == conflation_hash_of(other) && is_conflated(one) &&
         conflation_key_of(one) == conflation_key_of(other);
}

}  // namespace roost::net
