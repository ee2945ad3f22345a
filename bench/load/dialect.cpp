// SPDX-License-Identifier: Apache-2.0
#include "bench/load/dialect.hpp"

#include <cstdio>

namespace roost::bench {
namespace {

constexpr std::string_view payload_head = R"({"d":")";
constexpr std::string_view payload_middle = R"(","t":")";
constexpr std::string_view payload_tail = R"("})";
constexpr std::string_view zero_ref = "00000000";
constexpr std::string_view zero_stamp = "0000000000000000";
constexpr std::size_t stamp_from_end = stamp_digits + payload_tail.size() + 1;  // 1: the ]

constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";  // the example in RFC 6455, 1.3
constexpr std::string_view accept_value = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

std::string delivery_head(const std::string& topic) {
  return R"([null,null,")" + topic + R"(","msg",)";
}

/// A JSON object, padded so that a delivery on this topic has exactly delivery_payload_bytes.
std::string payload_for(const std::string& topic) {
  const std::size_t fixed = delivery_head(topic).size() + payload_head.size() +
                            payload_middle.size() + stamp_digits + payload_tail.size() + 1;
  std::string payload(payload_head);
  payload.append(delivery_payload_bytes - fixed, 'x');
  payload.append(payload_middle).append(zero_stamp).append(payload_tail);
  return payload;
}

}  // namespace

std::string topic_of(push_kind kind, unsigned room) {
  char topic[32];
  std::snprintf(topic, sizeof topic, "%s:%05u", kind == push_kind::echo ? "echo" : "room", room);
  return topic;
}

std::string client_frame(std::string_view text) {
  std::string frame(1, '\x81');
  if (text.size() < 126) {
    frame.push_back(static_cast<char>(0x80 | text.size()));
  } else {
    frame.push_back(static_cast<char>(0x80 | 126));
    frame.push_back(static_cast<char>(text.size() >> 8));
    frame.push_back(static_cast<char>(text.size() & 0xff));
  }
  frame.append(4, '\0');
  return frame.append(text);
}

push_frame::push_frame(dialect protocol, push_kind kind, unsigned room) {
  const std::string topic = topic_of(kind, room);
  const std::string payload = payload_for(topic);
  std::string text;
  if (protocol == dialect::phoenix) {
    text = R"(["1",")" + std::string(zero_ref) + R"(",")" + topic + R"(","msg",)" + payload + "]";
  } else {
    text = (kind == push_kind::echo ? "E" : "B") + std::string(zero_ref) + delivery_head(topic) +
           payload + "]";
  }
  bytes_ = client_frame(text);
  ref_at_ = bytes_.find(zero_ref);
  stamp_at_ = bytes_.size() - stamp_from_end;
}

std::string_view push_frame::stamped(std::uint64_t ref, std::uint64_t stamp) {
  for (std::size_t i = ref_digits; i-- > 0; ref /= 10) {
    bytes_[ref_at_ + i] = static_cast<char>('0' + ref % 10);
  }
  for (std::size_t i = stamp_digits; i-- > 0; stamp >>= 4) {
    bytes_[stamp_at_ + i] = "0123456789abcdef"[stamp & 15];
  }
  return bytes_;
}

std::uint64_t stamp_of(std::string_view delivery) {
  if (delivery.size() < stamp_from_end) return 0;
  std::uint64_t stamp = 0;
  for (const char c : delivery.substr(delivery.size() - stamp_from_end, stamp_digits)) {
    const auto digit = static_cast<unsigned char>(c);
    stamp = stamp << 4 | ((digit & 15U) + (digit >> 6) * 9U);
  }
  return stamp;
}

std::string join_frame(dialect protocol, push_kind kind, unsigned room) {
  const std::string topic = topic_of(kind, room);
  if (protocol == dialect::phoenix)
    return client_frame(R"(["1","1",")" + topic + R"(","phx_join",{}])");
  return client_frame("J" + std::string(zero_ref) + topic.substr(topic.find(':') + 1));
}

std::string leave_frame(push_kind kind, unsigned room) {
  return client_frame(R"(["1","2",")" + topic_of(kind, room) + R"(","phx_leave",{}])");
}

std::string upgrade_request() {
  return "GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
         "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
         std::string(key) + "\r\n\r\n";
}

bool is_accepted(std::string_view http_head) {
  return http_head.starts_with("HTTP/1.1 101") && http_head.find(accept_value) != http_head.npos;
}

}  // namespace roost::bench
