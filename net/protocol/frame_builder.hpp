// SPDX-License-Identifier: Apache-2.0
// Builds a server's WebSocket frame in one allocation of its exact size. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/protocol/frame.hpp"
#include "net/protocol/message.hpp"
#include "net/protocol/outbound.hpp"

namespace roost::net {

/// Collects the parts of a payload, then copies them once, after the header.
/// Owns: the parts passed to raw_owned() and escaped text; parts passed as views must live until
/// text() or binary(). Runs on: one thread. Ends: with the encoder that made it.
class frame_builder {
 public:
  frame_builder() = default;
  frame_builder(const frame_builder&) = delete;
  frame_builder& operator=(const frame_builder&) = delete;

  /// Adds bytes unchanged.
  frame_builder& raw(std::string_view part);
  /// Adds bytes unchanged; the builder owns them.
  frame_builder& raw_owned(std::string part);
  /// Adds a JSON string, with quotes and escapes.
  frame_builder& quoted(std::string_view text);
  frame_builder& name(const wire_name& topic);
  frame_builder& json(const ref& reference);

  /// If not null, the frame is ephemeral (see make_ephemeral). The key must live until text() or
  /// binary().
  frame_builder& ephemeral(const std::string* conflation_key) {
    conflation_key_ = conflation_key;
    return *this;
  }

  frame_ptr text() const { return build(0x1); }
  frame_ptr binary() const { return build(0x2); }

  static std::uint64_t built_by_this_thread();

 private:
  // The longest frame is a binary V1 broadcast with a position: 20 parts, 4 of them owned.
  static constexpr std::size_t parts_max = 24;
  static constexpr std::size_t owned_max = 6;

  frame_ptr build(std::uint8_t opcode) const;

  std::array<std::string_view, parts_max> parts_;
  std::array<std::string, owned_max> owned_;
  std::size_t parts_count_ = 0;
  std::size_t owned_count_ = 0;
  std::size_t size_ = 0;
  const std::string* conflation_key_ = nullptr;
};

}  // namespace roost::net
