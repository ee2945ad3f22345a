// SPDX-License-Identifier: Apache-2.0
// The V1 format: {"topic":T,"event":E,"payload":P,"ref":R}.
#include <optional>

#include "config/base/base64.hpp"
#include "net/protocol/codecs.hpp"
#include "net/protocol/json/json_check.hpp"
#include "net/protocol/json/json_text.hpp"
#include "net/protocol/message_builder.hpp"
#include "net/protocol/raw_message.hpp"

namespace roost::net {

namespace {

// The part that a key names; null for an unknown key.
raw_json* part_named(raw_message& parts, const raw_json& key) {
  const auto inner = key.text.substr(1, key.text.size() - 2);
  const auto name = json_unescaped(inner.substr(0, 64));
  if (name == "topic") return &parts.topic;
  if (name == "event") return &parts.event;
  if (name == "payload") return &parts.body;
  if (name == "ref") return &parts.reference;
  if (name == "join_ref") return &parts.join_ref;
  return nullptr;
}

bool take_member(json_cursor& at, raw_message& parts) {
  raw_json key;
  raw_json value;
  if (!at.take_value(key) || !key.is_string() || !at.take(':') || !at.take_value(value)) {
    return false;
  }
  if (auto* part = part_named(parts, key)) *part = value;
  return true;
}

// Reads the rest of an object, after its opening brace.
bool take_object(json_cursor& at, raw_message& parts) {
  if (at.take('}')) return at.is_at_end();
  do {
    if (!take_member(at, parts)) return false;
  } while (at.take(','));
  return at.take('}') && at.is_at_end();
}

// The `unreadable` detail for the first missing key; empty if none is missing.
std::string_view missing_in(const raw_message& parts) {
  if (parts.topic.text.empty()) return unreadable::no_topic;
  if (parts.event.text.empty()) return unreadable::no_event;
  if (parts.body.text.empty()) return unreadable::no_payload;
  return parts.reference.text.empty() ? unreadable::no_ref : std::string_view{};
}

bool is_text(const raw_json& value, std::string_view wanted) {
  if (!value.is_string()) return false;
  const auto inner = value.text.substr(1, value.text.size() - 2);
  return inner == wanted || (inner.find('\\') != std::string_view::npos &&
                             json_unescaped(inner.substr(0, 128)) == wanted);
}

// The base64 text (without quotes) if the body is exactly {"payload_base64":"..."}.
std::optional<std::string_view> base64_of(std::string_view body) {
  json_cursor at{body};
  raw_json key;
  raw_json value;
  const bool is_base64 = at.take('{') && at.take_value(key) && is_text(key, "payload_base64") &&
                         at.take(':') && at.take_value(value) && value.is_string() && at.take('}');
  if (!is_base64) return std::nullopt;
  return value.text.substr(1, value.text.size() - 2);
}

// V1 has no binary messages, so a binary payload arrives as base64 and is decoded here. The
// payloads of phx_ events stay JSON.
void read_bytes(inbound& got) {
  auto& body = got.decoded.body;
  if (got.refused != errc::none || !body.is_object || got.decoded.event.starts_with("phx_")) return;
  const auto text = base64_of(body.data.view());
  if (!text) return;
  const bool is_plain = text->find('\\') == std::string_view::npos;
  const auto data = base64_decode(is_plain ? std::string{*text} : json_unescaped(*text));
  if (data) {
    body = {slice::of(bytes_ptr::copy(*data)), payload_kind::binary};
  } else {
    body = {};
    got.refused = errc::invalid_payload;
  }
}

void add_head(message_builder& message, const wire_name& topic, std::string_view event) {
  message.raw("{\"topic\":").name(topic).raw(",\"event\":").quoted(event).raw(",\"payload\":");
}

void add_body(message_builder& message, const payload_view& body) {
  if (body.kind == payload_kind::json) {
    message.raw(body.data);
    return;
  }
  message.raw("{\"payload_base64\":\"").raw_owned(base64_encode(body.data)).raw("\"}");
}

}  // namespace

result<std::vector<inbound>> decode_v1(const bytes_ptr& data, const decode_limits& limits) {
  const auto state = check_json(data->view());
  if (state == json_state::invalid) return malformed(unreadable::not_json);
  json_cursor at{data->view()};
  raw_message parts;
  if (!at.take('{')) return malformed(unreadable::not_object);
  if (!take_object(at, parts)) return malformed(unreadable::not_json);
  if (const auto missing = missing_in(parts); !missing.empty()) return malformed(missing);
  std::vector<inbound> out(1);
  const auto failed = read_message(parts, {data, state}, limits, out[0]);
  if (failed != errc::none) return malformed(unreadable::not_json);
  read_bytes(out[0]);
  return out;
}

encoded_ptr encode_v1(const reply_parts& parts) {
  message_builder message;
  add_head(message, parts.topic, "phx_reply");
  message.raw("{\"status\":\"").raw(text_of(parts.status)).raw("\",\"response\":");
  add_body(message, parts.response);
  return message.raw("},\"ref\":").json(parts.reference).raw("}").text();
}

encoded_ptr encode_v1(const push_parts& parts) {
  message_builder message;
  add_head(message, parts.topic, parts.event);
  add_body(message, parts.body);
  return message.raw(",\"ref\":").json(parts.reference).raw("}").text();
}

encoded_ptr encode_v1(const broadcast_parts& parts) {
  message_builder message;
  add_head(message, parts.topic, parts.event);
  add_body(message, parts.body);
  message.raw(",\"ref\":null");
  if (parts.event_position)
    message.raw(",\"position\":").raw_owned(timed_position_json(*parts.event_position));
  return message.raw("}").ephemeral(parts.conflation_key).text();
}

}  // namespace roost::net
