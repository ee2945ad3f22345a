// SPDX-License-Identifier: Apache-2.0
// Encoded messages, which are built once and shared by all clients that receive them. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "config/base/bytes.hpp"

namespace roost::net {

using roost::bytes;
using roost::bytes_ptr;
using roost::slice;

/// The kind of an encoded message. The values are the opcodes of RFC 6455, so that the transport
/// with the most clients need not map them.
enum class encoded_kind : std::uint8_t {
  text = 0x1,
  binary = 0x2,
  close = 0x8,  ///< this and the following: messages of a transport, which no codec makes
  ping = 0x9,
  pong = 0xA,
};

/// A message to clients: its payload, without the bytes of a transport, and its kind. Each
/// transport frames it while it sends. Owns: a share of the bytes. Runs on: any thread. Ends: as a
/// value.
class encoded_ptr : public bytes_ptr {
 public:
  encoded_ptr() = default;
  /// A new message of `size` uninitialized bytes.
  static encoded_ptr make(encoded_kind kind, std::size_t size) {
    return encoded_ptr{bytes_ptr::make(size, mark_of(kind))};
  }
  /// A new message of `size` uninitialized bytes that the outbox may drop under pressure. While it
  /// is unsent, a later message with the same conflation key replaces it; empty: no key.
  static encoded_ptr make_ephemeral(encoded_kind kind, std::size_t size,
                                    std::string_view conflation_key);
  static encoded_ptr copy(encoded_kind kind, std::string_view payload);

  encoded_kind kind() const {
    return static_cast<encoded_kind>((*this)->mark() >> kind_at & kind_bits);
  }
  bool is_ephemeral() const { return ((*this)->mark() & ephemeral_bit) != 0; }
  /// Empty if the message is not conflated.
  std::string_view conflation_key() const { return (*this)->tail(); }
  /// The hash of the key; never 0 for an ephemeral message. It is keyed, so it differs in each
  /// process.
  std::uint32_t conflation_hash() const { return (*this)->mark() & ~(kind_bits << kind_at); }
  bool is_conflated() const { return is_ephemeral() && !conflation_key().empty(); }
  /// Whether one message may replace the other.
  bool has_same_key(const encoded_ptr& other) const {
    return conflation_hash() == other.conflation_hash() && is_conflated() &&
           conflation_key() == other.conflation_key();
  }

 private:
  // The mark of the bytes: whether it is ephemeral, the kind, the hash of the conflation key.
  static constexpr std::uint32_t ephemeral_bit = 0x8000'0000U;
  static constexpr std::uint32_t kind_bits = 0xF;
  static constexpr unsigned kind_at = 27;
  static constexpr std::uint32_t mark_of(encoded_kind kind) {
    return std::uint32_t{static_cast<std::uint8_t>(kind)} << kind_at;
  }
  explicit encoded_ptr(bytes_ptr payload) : bytes_ptr(std::move(payload)) {}
};

}  // namespace roost::net
