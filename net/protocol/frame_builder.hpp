// Puts a server's WebSocket frame together in one allocation of its exact size.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/protocol/codec.hpp"
#include "net/protocol/frame.hpp"

namespace roost::net {

/// Gathers parts, then copies them once behind the header.
/// Owns: the parts it had to make (escapes); those given by view must live until text() or
/// binary(). Runs on: one thread. Ends: with the encoder that made it.
class frame_builder {
 public:
  frame_builder() = default;
  frame_builder(const frame_builder&) = delete;
  frame_builder& operator=(const frame_builder&) = delete;

  /// Bytes as they are.
  frame_builder& raw(std::string_view part);
  /// Bytes as they are, kept by the builder.
  frame_builder& raw_owned(std::string part);
  /// A JSON string.
  frame_builder& quoted(std::string_view text);
  frame_builder& name(const wire_name& which);
  frame_builder& json(const ref& which);

  /// With a key: the frame is ephemeral (see make_ephemeral). It must live until text() or
  /// binary().
  frame_builder& ephemeral(const std::string* conflation_key) {
    conflation_key_ = conflation_key;
    return *this;
  }

  frame_ptr text() const { return build(0x1); }
  frame_ptr binary() const { return build(0x2); }

  static std::uint64_t built_by_this_thread();

 private:
  // The longest frame is the V1 broadcast of bytes with a position: 20 parts, 4 of them made.
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
