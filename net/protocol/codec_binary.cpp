// SPDX-License-Identifier: Apache-2.0
// The V2 binary format: a kind byte, one length byte for each field, the fields, then the payload.
#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>

#include "net/protocol/codecs.hpp"
#include "net/protocol/json/json_check.hpp"
#include "net/protocol/json/json_text.hpp"
#include "net/protocol/message_builder.hpp"

namespace roost::net {

namespace {

enum class message_kind : std::uint8_t {
  push = 0,
  reply = 1,
  broadcast = 2,
  user_push = 3,       // an extension of Supabase, sent by clients
  user_broadcast = 4,  // an extension of Supabase, sent to clients
  broadcast_at = 5,
};

// The layout of a client's message: a kind byte, one length byte for each field, other bytes up to
// `header_size`, then the fields.
struct message_layout {
  message_kind kind;
  std::size_t header_size;
  std::size_t fields;
  bool has_refs;  // the first two fields; topic and event follow
};
constexpr std::array layouts{message_layout{message_kind::push, 5, 4, true},
                             message_layout{message_kind::user_push, 7, 5, true},
                             message_layout{message_kind::user_broadcast, 5, 3, false}};

// A message cut into its fields; `payload_at` is the offset after the last field.
struct cut_message {
  std::array<std::string_view, 5> fields;
  std::size_t payload_at = 0;
};

unsigned byte_at(std::string_view data, std::size_t i) {
  return static_cast<unsigned char>(data[i]);
}

ref ref_of(std::string_view text) { return text.empty() ? ref{} : ref{json_quoted(text)}; }

// The decoder limits names and refs to 255 bytes. A longer field would be a bug of ours; it is
// truncated, so that the length byte always matches the field.
encoded_ptr build(message_kind kind, std::initializer_list<std::string_view> fields,
                  std::string_view data, const std::string* conflation_key = nullptr) {
  std::string head(1, static_cast<char>(kind));
  for (const auto field : fields) {
    head.push_back(static_cast<char>(std::min(field.size(), name_bytes_max)));
  }
  message_builder message;
  message.raw(head);
  for (const auto field : fields) message.raw(field.substr(0, name_bytes_max));
  return message.raw(data).ephemeral(conflation_key).binary();
}

std::optional<cut_message> cut(std::string_view all, const message_layout& layout) {
  if (all.size() < layout.header_size) return std::nullopt;
  cut_message out;
  out.payload_at = layout.header_size;
  for (std::size_t i = 0; i < layout.fields; ++i) {
    const auto size = byte_at(all, i + 1);
    if (all.size() - out.payload_at < size) return std::nullopt;
    out.fields[i] = all.substr(out.payload_at, size);
    out.payload_at += size;
  }
  return out;
}

// Reads the fields that are UTF-8. Returns false if ref or topic is not: an error reply needs both.
bool read_names(const cut_message& from, const message_layout& layout, inbound& out) {
  const std::size_t topic_at = layout.has_refs ? 2 : 0;
  const auto reference = layout.has_refs ? from.fields[1] : std::string_view{};
  const auto topic = from.fields[topic_at];
  if (!is_utf8(reference) || !is_utf8(topic)) return false;
  auto& message = out.decoded;
  message.reference = ref_of(reference);
  message.topic = topic;
  for (std::size_t i = 0; i < layout.fields; ++i) {
    const auto name = from.fields[i];
    if (!is_utf8(name) || has_control_character(name)) out.refused = errc::invalid_payload;
  }
  if (layout.has_refs && is_utf8(from.fields[0])) message.join_ref = ref_of(from.fields[0]);
  if (is_utf8(from.fields[topic_at + 1])) message.event = from.fields[topic_at + 1];
  return true;
}

}  // namespace

result<std::vector<inbound>> decode_v2_binary(const bytes_ptr& data, const decode_limits& limits) {
  const auto all = data->view();
  if (all.empty()) return malformed(unreadable::binary_length);
  const auto layout =
      std::ranges::find(layouts, static_cast<message_kind>(byte_at(all, 0)), &message_layout::kind);
  if (layout == layouts.end()) return malformed(unreadable::binary_kind);
  const auto parts = cut(all, *layout);
  if (!parts) return malformed(unreadable::binary_length);
  std::vector<inbound> out(1);
  auto& [message, refused] = out.front();
  if (!read_names(*parts, *layout, out.front())) return malformed(unreadable::binary_name);
  message.is_from_binary_message = true;
  message.body.kind = payload_kind::binary;
  if (layout->kind != message_kind::push) {
    // A Supabase message is always a push, so its event name must not be read as join or heartbeat.
    message.event = "broadcast";
    refused = errc::invalid_payload;
  }
  const auto size = all.size() - parts->payload_at;
  if (refused == errc::none && size > limits.payload_bytes_max) refused = errc::payload_too_large;
  if (refused != errc::none) return out;
  message.body.data = {data, static_cast<std::uint32_t>(parts->payload_at),
                       static_cast<std::uint32_t>(size)};
  return out;
}

encoded_ptr encode_v2_binary(const reply_parts& parts) {
  return build(message_kind::reply,
               {plain_text(parts.join_ref), plain_text(parts.reference), parts.topic.text,
                text_of(parts.status)},
               parts.response.data);
}

encoded_ptr encode_v2_binary(const push_parts& parts) {
  return build(message_kind::push, {plain_text(parts.join_ref), parts.topic.text, parts.event},
               parts.body.data);
}

encoded_ptr encode_v2_binary(const broadcast_parts& parts) {
  if (!parts.event_position) {
    return build(message_kind::broadcast, {parts.topic.text, parts.event}, parts.body.data,
                 parts.conflation_key);
  }
  return build(message_kind::broadcast_at,
               {parts.topic.text, parts.event, timed_position_json(*parts.event_position)},
               parts.body.data, parts.conflation_key);
}

}  // namespace roost::net
