// SPDX-License-Identifier: Apache-2.0
// Builds an encoded message in one allocation of its exact size. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/protocol/encoded_message.hpp"
#include "net/protocol/message.hpp"
#include "net/protocol/outbound.hpp"

namespace roost::net {

/// Collects the parts of a payload, then copies them once.
/// Owns: the parts passed to raw_owned() and escaped text; parts passed as views must live until
/// text() or binary(). Runs on: one thread. Ends: with the encoder that made it.
class message_builder {
 public:
  message_builder() = default;
  message_builder(const message_builder&) = delete;
  message_builder& operator=(const message_builder&) = delete;

  /// Adds bytes unchanged.
  message_builder& raw(std::string_view part);
  /// Adds bytes unchanged; the builder owns them.
  message_builder& raw_owned(std::string part);
  /// Adds a JSON string, with quotes and escapes.
  message_builder& quoted(std::string_view text);
  message_builder& name(const wire_name& topic);
  message_builder& json(const ref& reference);

  /// If not null, the message is ephemeral (see encoded_ptr::make_ephemeral). The key must live
  /// until text() or binary().
  message_builder& ephemeral(const std::string* conflation_key) {
    conflation_key_ = conflation_key;
    return *this;
  }

  encoded_ptr text() const { return build(encoded_kind::text); }
  encoded_ptr binary() const { return build(encoded_kind::binary); }

  static std::uint64_t built_by_this_thread();

 private:
  // The longest message is a binary V1 broadcast with a position: 20 parts, 4 of them owned.
  static constexpr std::size_t parts_max = 24;
  static constexpr std::size_t owned_max = 6;

  encoded_ptr build(encoded_kind kind) const;

  std::array<std::string_view, parts_max> parts_;
  std::array<std::string, owned_max> owned_;
  std::size_t parts_count_ = 0;
  std::size_t owned_count_ = 0;
  std::size_t size_ = 0;
  const std::string* conflation_key_ = nullptr;
};

}  // namespace roost::net
