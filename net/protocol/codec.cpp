// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/codec.hpp"

#include <string>

#include "net/protocol/codecs.hpp"
#include "net/protocol/json/json_text.hpp"
#include "net/protocol/message_builder.hpp"

namespace roost::net {

namespace {

template <class Parts>
encoded_ptr encode(wire_format format, const Parts& parts, payload_kind kind) {
  if (format.codec == codec_id::v1) return encode_v1(parts);
  return kind == payload_kind::binary ? encode_v2_binary(parts) : encode_v2(parts);
}

// The full conflation key: topic, event and key. Names hold no control characters, so \0 and \1
// separate the parts unambiguously.
std::string whole_key(wire_name topic, std::string_view event, std::string_view conflation_key) {
  std::string out;
  if (conflation_key.empty()) return out;
  out.reserve(topic.text.size() + event.size() + conflation_key.size() + 2);
  out.append(topic.text).push_back(topic.is_json ? '\1' : '\0');
  out.append(event).push_back('\0');
  return out.append(conflation_key);
}

}  // namespace

result<std::vector<inbound>> decode_text(codec_id codec, const bytes_ptr& data,
                                         const decode_limits& limits) {
  if (!data) return malformed(unreadable::not_json);
  return codec == codec_id::v1 ? decode_v1(data, limits) : decode_v2(data, limits);
}

result<std::vector<inbound>> decode_binary(codec_id codec, const bytes_ptr& data,
                                           const decode_limits& limits) {
  if (!data) return malformed(unreadable::binary_length);
  return codec == codec_id::v1 ? decode_v1(data, limits) : decode_v2_binary(data, limits);
}

encoded_ptr encode_reply(wire_format format, const ref& join_ref, const ref& reference,
                         wire_name topic, reply_status status, payload_view response) {
  return encode(format, reply_parts{join_ref, reference, topic, status, response}, response.kind);
}

encoded_ptr encode_push(wire_format format, const ref& join_ref, const ref& reference,
                        wire_name topic, std::string_view event, payload_view body) {
  return encode(format, push_parts{join_ref, reference, topic, event, body}, body.kind);
}

encoded_ptr encode_broadcast(wire_format format, wire_name topic, std::string_view event,
                             payload_view body, const timed_position* event_position) {
  const auto* shown = format.positions ? event_position : nullptr;
  return encode(format, broadcast_parts{topic, event, body, shown}, body.kind);
}

encoded_ptr encode_ephemeral(wire_format format, wire_name topic, std::string_view event,
                             payload_view body, std::string_view conflation_key) {
  const auto key = whole_key(topic, event, conflation_key);
  return encode(format, broadcast_parts{topic, event, body, nullptr, &key}, body.kind);
}

std::string error_response(errc code) { return error_response(code, reason_of(code)); }

std::string error_response(errc code, std::string_view reason) {
  return "{\"reason\":" + json_quoted(reason) +
         ",\"code\":" + std::to_string(static_cast<unsigned>(code)) + "}";
}

std::uint64_t encodes_of_this_thread() { return message_builder::built_by_this_thread(); }

}  // namespace roost::net
