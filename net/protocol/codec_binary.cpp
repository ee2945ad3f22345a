// V2 binary: a kind, a byte of length for each field, the fields, then the payload.
#include <algorithm>
#include <array>
#include <initializer_list>

#include "net/protocol/codecs.hpp"
#include "net/protocol/frame_builder.hpp"
#include "net/protocol/json_check.hpp"
#include "net/protocol/json_text.hpp"

namespace roost::net {

namespace {

enum class kind : std::uint8_t { push = 0, reply = 1, broadcast = 2, broadcast_at = 5 };

constexpr std::size_t push_header_size = 5;

unsigned byte_at(std::string_view data, std::size_t i) {
  return static_cast<unsigned char>(data[i]);
}

bool is_name(std::string_view text) { return is_utf8(text) && !has_control_character(text); }

ref ref_of(std::string_view text) { return text.empty() ? ref{} : ref{json_quoted(text)}; }

// Names and refs were held to 255 bytes on their way in. Should one of ours be longer it is cut,
// so that a length never says less than what follows.
frame_ptr build(kind which, std::initializer_list<std::string_view> fields, std::string_view data,
                const std::string* conflation_key = nullptr) {
  std::string head(1, static_cast<char>(which));
  for (const auto field : fields) {
    head.push_back(static_cast<char>(std::min(field.size(), name_bytes_max)));
  }
  frame_builder frame;
  frame.raw(head);
  for (const auto field : fields) frame.raw(field.substr(0, name_bytes_max));
  return frame.raw(data).ephemeral(conflation_key).binary();
}

}  // namespace

result<std::vector<inbound>> decode_v2_binary(const bytes_ptr& data, const decode_limits& limits) {
  const auto all = data->view();
  if (all.size() < push_header_size || byte_at(all, 0) != static_cast<unsigned>(kind::push)) {
    return errc::malformed_message;
  }
  std::array<std::string_view, 4> fields;
  std::size_t at = push_header_size;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto size = byte_at(all, i + 1);
    if (all.size() - at < size) return errc::malformed_message;
    fields[i] = all.substr(at, size);
    if (!is_name(fields[i])) return errc::malformed_message;
    at += size;
  }
  std::vector<inbound> out(1);
  auto& said = out.front().said;
  said.join_ref = ref_of(fields[0]);
  said.reference = ref_of(fields[1]);
  said.topic = fields[2];
  said.event = fields[3];
  said.body.kind = payload_kind::binary;
  if (all.size() - at > limits.payload_bytes_max) {
    out.front().refused = errc::payload_too_large;
    return out;
  }
  said.body.data = {data, static_cast<std::uint32_t>(at),
                    static_cast<std::uint32_t>(all.size() - at)};
  return out;
}

frame_ptr encode_v2_binary(const reply_parts& what) {
  return build(kind::reply,
               {plain_text(what.join_ref), plain_text(what.reference), what.topic.text,
                text_of(what.status)},
               what.response.data);
}

frame_ptr encode_v2_binary(const push_parts& what) {
  return build(kind::push, {plain_text(what.join_ref), what.topic.text, what.event},
               what.body.data);
}

frame_ptr encode_v2_binary(const broadcast_parts& what) {
  if (!what.where) {
    return build(kind::broadcast, {what.topic.text, what.event}, what.body.data,
                 what.conflation_key);
  }
  return build(kind::broadcast_at, {what.topic.text, what.event, position_json(*what.where)},
               what.body.data, what.conflation_key);
}

}  // namespace roost::net
