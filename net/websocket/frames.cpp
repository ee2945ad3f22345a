// SPDX-License-Identifier: Apache-2.0
#include "net/websocket/frames.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "net/protocol/json/json_check.hpp"

namespace roost::net::websocket {
namespace {

// Section 7.4.1 and IANA's registry: codes 1004 to 1006 and 1015 must not be sent.
bool may_be_sent(std::uint16_t code) {
  if (code >= 3000 && code <= 4999) return true;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

char byte_of(std::uint64_t value, unsigned index) {
  return static_cast<char>((value >> (8 * index)) & 0xFFU);
}

}  // namespace

encoded_ptr make_frame(opcode code, std::string_view payload) {
  std::array<char, 10> head{};
  std::size_t size = 2;
  head[0] = static_cast<char>(0x80U | static_cast<std::uint8_t>(code));
  if (payload.size() < 126) {
    head[1] = static_cast<char>(payload.size());
  } else {
    const unsigned width = payload.size() <= 0xFFFF ? 2 : 8;
    head[1] = width == 2 ? 126 : 127;
    for (unsigned i = 0; i < width; ++i) head[size++] = byte_of(payload.size(), width - 1 - i);
  }
  auto out = encoded_ptr::make(size + payload.size());
  std::memcpy(out->data(), head.data(), size);
  if (!payload.empty()) std::memcpy(out->data() + size, payload.data(), payload.size());
  return out;
}

encoded_ptr make_close(std::uint16_t code, std::string_view reason) {
  auto size = std::min(reason.size(), control_bytes_max - 2);
  while (size > 0 && size < reason.size() &&
         (static_cast<unsigned char>(reason[size]) & 0xC0U) == 0x80U) {
    --size;
  }
  std::string payload{byte_of(code, 1), byte_of(code, 0)};
  payload += reason.substr(0, size);
  return make_frame(opcode::close, payload);
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
