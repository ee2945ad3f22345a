// The first bytes of a client's frame (RFC 6455 section 5.2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "net/websocket/frames.hpp"

namespace roost::net::websocket {

using mask_key = std::array<unsigned char, 4>;

struct frame_header {
  static constexpr std::size_t size_max = 14;
  bool is_final = false;
  opcode what = opcode::continuation;
  std::uint64_t payload_bytes = 0;
  mask_key mask{};
  std::uint8_t size = 0;  ///< of the header itself
};

enum class header_state : std::uint8_t { incomplete, complete, wrong };

/// Reads a header from the front of `input`. `wrong` comes as early as the bytes show it.
header_state read_header(std::string_view input, frame_header& out);

/// Copies and unmasks; `offset` is where `from` stands in its payload. True where all is ASCII.
bool unmask(char* to, std::string_view from, const mask_key& mask, std::uint64_t offset);

}  // namespace roost::net::websocket
