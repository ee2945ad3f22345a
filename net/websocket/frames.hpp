// SPDX-License-Identifier: Apache-2.0
// The opcodes of WebSocket, and the payload of a close frame. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "config/base/error.hpp"
#include "net/protocol/encoded_message.hpp"

namespace roost::net::websocket {

/// RFC 6455 section 5.2.
enum class opcode : std::uint8_t {
  continuation = 0x0,
  text = 0x1,
  binary = 0x2,
  close = 0x8,
  ping = 0x9,
  pong = 0xA,
};
constexpr bool is_control(opcode code) { return static_cast<std::uint8_t>(code) >= 0x8; }

/// Maximum payload size of a control frame (section 5.5).
inline constexpr std::size_t control_bytes_max = 125;

/// The payload of the server's pings, by which it recognizes the client's pongs to them, and the
/// size of such a pong: header, mask and payload.
inline constexpr std::string_view ping_payload = "roost";
inline constexpr std::uint32_t server_pong_bytes = 2 + 4 + 5;

namespace close_code {
inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t abnormal = 1006;  ///< never on the wire
}  // namespace close_code

/// A close message. A `reason` that does not fit is truncated between code points.
encoded_ptr make_close(std::uint16_t code, std::string_view reason);

/// The close code in a close frame's payload; 1000 if the payload is empty. Fails with
/// protocol_error, or with bad_utf8 if the reason is not UTF-8 (sections 5.5.1 and 7.4).
result<std::uint16_t> read_close(std::string_view payload);

}  // namespace roost::net::websocket
