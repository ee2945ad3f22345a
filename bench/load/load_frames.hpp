// SPDX-License-Identifier: Apache-2.0
// Parses the WebSocket frames from a server. Both dialects receive the same bytes, so the client
// does the same work for each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace roost::bench {

struct server_frame {
  std::uint8_t opcode = 0;
  std::string_view payload;
  std::size_t wire_bytes = 0;

  bool is_control() const { return opcode >= 8; }
  /// A broadcast starts with [null, all other frames with ["join_ref".
  bool is_delivery() const { return payload.size() > 1 && payload[1] == 'n'; }
  /// True for the presence_state push that follows the reply to a join; not counted as a reply.
  bool is_presence_state() const {
    return payload.substr(0, 64).find(R"("presence_state")") != payload.npos;
  }
  bool is_ok_reply() const { return payload.find(R"("status":"ok")") != payload.npos; }
};

/// Calls `take` for each complete frame and returns the number of bytes used.
template <class Take>
std::size_t walk_frames(const char* bytes, std::size_t size, Take&& take) {
  std::size_t at = 0;
  while (size - at >= 2) {
    const auto* head = reinterpret_cast<const unsigned char*>(bytes + at);
    std::size_t header = 2;
    std::uint64_t length = head[1] & 0x7f;
    if (length >= 126) {
      const std::size_t wide = length == 126 ? 2 : 8;
      header += wide;
      if (size - at < header) break;
      length = 0;
      for (std::size_t i = 0; i < wide; ++i) length = length << 8 | head[2 + i];
    }
    if (size - at - header < length) break;
    const auto payload_size = static_cast<std::size_t>(length);
    take(server_frame{static_cast<std::uint8_t>(head[0] & 0x0f),
                      std::string_view(bytes + at + header, payload_size), header + payload_size});
    at += header + payload_size;
  }
  return at;
}

}  // namespace roost::bench
