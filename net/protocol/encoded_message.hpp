// SPDX-License-Identifier: Apache-2.0
// Encoded messages, which are built once and shared by all clients that receive them. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "config/base/bytes.hpp"

namespace roost::net {

using roost::bytes;
using roost::bytes_ptr;
using roost::slice;

/// A message as a WebSocket frame: RFC 6455 header (unmasked) and payload in one buffer.
using encoded_ptr = bytes_ptr;

/// A new, uninitialized message of `size` bytes that the outbox may drop under pressure. While it
/// is unsent, a later message with the same conflation key replaces it; empty: no key.
encoded_ptr make_ephemeral(std::size_t size, std::string_view conflation_key);

inline bool is_ephemeral(const encoded_ptr& message) { return message->mark() != 0; }
/// Empty if the message is not conflated.
inline std::string_view conflation_key_of(const encoded_ptr& message) { return message->tail(); }
/// The hash of the key; never 0 for an ephemeral message. It is keyed, so it differs in each
/// process.
inline std::uint32_t conflation_hash_of(const encoded_ptr& message) { return message->mark(); }
inline bool is_conflated(const encoded_ptr& message) {
  return is_ephemeral(message) && !conflation_key_of(message).empty();
}
/// Whether one message may replace the other.
inline bool same_conflation_key(const encoded_ptr& one, const encoded_ptr& other) {
  return conflation_hash_of(one) == conflation_hash_of(other) && is_conflated(one) &&
         conflation_key_of(one) == conflation_key_of(other);
}

}  // namespace roost::net
