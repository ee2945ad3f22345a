// SPDX-License-Identifier: Apache-2.0
// Reads the header of a client's frame and unmasks its payload; writes the header of a server's
// frame (RFC 6455 section 5.2). Pure.
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
  websocket::opcode opcode = websocket::opcode::continuation;
  std::uint64_t payload_bytes = 0;
  mask_key mask{};
  std::uint8_t size = 0;  ///< bytes of the header itself
};

enum class header_state : std::uint8_t { incomplete, complete, invalid };

/// Reads a header from the front of `input`. Returns `invalid` at the first invalid byte, even if
/// the header is incomplete.
header_state read_header(std::string_view input, frame_header& out);

/// The framing of the server's messages (see net::framing): FIN, no mask, the length in its
/// shortest form. Writes 2 to 10 bytes.
std::size_t write_header(const encoded_ptr& message, char* to);

/// Copies `from` to `to` and unmasks it; `offset` is the position of `from` in the payload. Returns
/// true if all bytes are ASCII.
bool unmask(char* to, std::string_view from, const mask_key& mask, std::uint64_t offset);

}  // namespace roost::net::websocket
