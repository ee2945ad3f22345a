// SPDX-License-Identifier: Apache-2.0
#include "net/websocket/frames.hpp"

#include <algorithm>
#include <string>

#include "net/protocol/json/json_check.hpp"

namespace roost::net::websocket {
namespace {

// Section 7.4.1 and IANA's registry: codes 1004 to 1006 and 1015 must not be sent.
bool may_be_sent(std::uint16_t code) {
  if (code >= 3000 && code <= 4999) return true;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

}  // namespace

encoded_ptr make_close(std::uint16_t code, std::string_view reason) {
  auto size = std::min(reason.size(), control_bytes_max - 2);
  while (size > 0 && size < reason.size() &&
         (static_cast<unsigned char>(reason[size]) & 0xC0U) == 0x80U) {
    --size;
  }
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  payload += reason.substr(0, size);
  return encoded_ptr::copy(encoded_kind::close, payload);
}

result<std::uint16_t> read_close(std::string_view payload) {
  if (payload.empty()) return close_code::normal;
  if (payload.size() == 1) return errc::protocol_error;
  const auto code = static_cast<std::uint16_t>((static_cast<unsigned char>(payload[0]) << 8) |
                                               static_cast<unsigned char>(payload[1]));
  if (!may_be_sent(code)) return errc::protocol_error;
  if (!is_utf8(payload.substr(2))) return errc::bad_utf8;
  return code;
}

}  // namespace roost::net::websocket
