// SPDX-License-Identifier: Apache-2.0
// The V2 text format: [join_ref,ref,topic,event,payload].
#include <array>

#include "net/protocol/codecs.hpp"
#include "net/protocol/json/json_check.hpp"
#include "net/protocol/message_builder.hpp"
#include "net/protocol/raw_message.hpp"

namespace roost::net {

namespace {

// A decoded message takes about 20 times its shortest text, so a batch is limited.
constexpr std::size_t batch_messages_max = 100;

// Reads the rest of a message, after its opening bracket. Elements after the fifth are ignored.
bool take_message(json_cursor& at, raw_message& parts) {
  const std::array fields{&parts.join_ref, &parts.reference, &parts.topic, &parts.event,
                          &parts.body};
  for (auto* field : fields) {
    if (field != fields.front() && !at.take(',')) return false;
    if (!at.take_value(*field)) return false;
  }
  raw_json extra;
  while (at.take(',')) {
    if (!at.take_value(extra)) return false;
  }
  return at.take(']');
}

// Returns an `unreadable` detail if the message cannot be read, else empty.
std::string_view append_message(json_cursor& at, const message_source& from,
                                const decode_limits& limits, std::vector<inbound>& out) {
  raw_message parts;
  if (!take_message(at, parts)) return unreadable::elements;
  const auto failed = read_message(parts, from, limits, out.emplace_back());
  return failed == errc::none ? std::string_view{} : unreadable::not_json;
}

std::string_view append_batch(json_cursor& at, const message_source& from,
                              const decode_limits& limits, std::vector<inbound>& out) {
  do {
    if (!at.take('[')) return unreadable::batch;
    if (out.size() == batch_messages_max) return unreadable::batch_size;
    if (const auto why = append_message(at, from, limits, out); !why.empty()) return why;
  } while (at.take(','));
  return at.take(']') ? std::string_view{} : unreadable::not_json;
}

}  // namespace

result<std::vector<inbound>> decode_v2(const bytes_ptr& data, const decode_limits& limits) {
  const auto state = check_json(data->view());
  json_cursor at{data->view()};
  if (state == json_state::invalid) return malformed(unreadable::not_json);
  if (!at.take('[')) return malformed(unreadable::not_array);
  const message_source from{data, state};
  std::vector<inbound> out;
  out.reserve(1);
  const auto why =
      at.sees('[') ? append_batch(at, from, limits, out) : append_message(at, from, limits, out);
  if (!why.empty()) return malformed(why);
  if (!at.is_at_end()) return malformed(unreadable::not_json);
  return out;
}

encoded_ptr encode_v2(const reply_parts& parts) {
  message_builder message;
  message.raw("[").json(parts.join_ref).raw(",").json(parts.reference).raw(",").name(parts.topic);
  message.raw(",\"phx_reply\",{\"status\":\"").raw(text_of(parts.status)).raw("\",\"response\":");
  return message.raw(parts.response.data).raw("}]").text();
}

encoded_ptr encode_v2(const push_parts& parts) {
  message_builder message;
  message.raw("[").json(parts.join_ref).raw(",").json(parts.reference).raw(",").name(parts.topic);
  return message.raw(",").quoted(parts.event).raw(",").raw(parts.body.data).raw("]").text();
}

encoded_ptr encode_v2(const broadcast_parts& parts) {
  message_builder message;
  message.raw("[null,null,").name(parts.topic).raw(",").quoted(parts.event).raw(",");
  message.raw(parts.body.data);
  if (parts.event_position) message.raw(",").raw_owned(timed_position_json(*parts.event_position));
  return message.raw("]").ephemeral(parts.conflation_key).text();
}

}  // namespace roost::net
