#include "net/protocol/envelope.hpp"

#include <cstddef>
#include <initializer_list>
#include <utility>

#include "net/protocol/json_check.hpp"
#include "net/protocol/json_text.hpp"

namespace roost::net {

namespace {

// none, name_too_long or malformed_message.
errc check_name(std::string_view text) {
  if (text.size() > name_bytes_max) return errc::name_too_long;
  return has_control_character(text) ? errc::malformed_message : errc::none;
}

errc check_opaque(std::string_view json) {
  return json.size() > name_bytes_max ? errc::name_too_long : errc::none;
}

errc read_name(const raw_json& raw, std::string& text, bool& is_string) {
  is_string = raw.is_string();
  if (!is_string) {
    text = raw.text;
    return check_opaque(text);
  }
  const auto inner = raw.text.substr(1, raw.text.size() - 2);
  if (inner.find('\\') == std::string_view::npos) {
    text = inner;
  } else {
    text = json_unescaped(inner);
  }
  return check_name(text);
}

errc read_ref(const raw_json& raw, ref& out) {
  if (raw.text.empty() || raw.text == "null") return errc::none;
  out.json = raw.text;
  if (!raw.is_string()) return check_opaque(out.json);
  const auto inner = raw.text.substr(1, raw.text.size() - 2);
  if (inner.find('\\') == std::string_view::npos) return check_name(inner);
  return check_name(json_unescaped(inner));
}

errc check_body(const raw_json& body, const decode_limits& limits) {
  if (body.text.size() > limits.payload_bytes_max) return errc::payload_too_large;
  return body.depth > limits.depth_max ? errc::invalid_payload : errc::none;
}

// A body too deep to be checked is refused for its depth, so only its end has to be known.
bool are_parts_valid(const raw_envelope& raw) {
  for (const auto* part : {&raw.join_ref, &raw.reference, &raw.topic, &raw.event}) {
    const bool was_given = !part->text.empty();
    if (was_given && check_json(part->text) != json_state::valid) return false;
  }
  return check_json(raw.body.text) != json_state::invalid;
}

slice slice_of(const bytes_ptr& whole, std::string_view part) {
  const auto begin = static_cast<std::uint32_t>(part.data() - whole->data());
  return {whole, begin, static_cast<std::uint32_t>(part.size())};
}

}  // namespace

errc read_envelope(const raw_envelope& raw, const envelope_source& from,
                   const decode_limits& limits, inbound& out) {
  if (!from.is_checked && !are_parts_valid(raw)) return errc::malformed_message;
  auto& said = out.said;
  const auto join_ref = read_ref(raw.join_ref, said.join_ref);
  const auto reference = read_ref(raw.reference, said.reference);
  const auto topic = read_name(raw.topic, said.topic, said.topic_is_string);
  const auto event = read_name(raw.event, said.event, said.event_is_string);
  for (const auto found : {join_ref, reference, topic, event, check_body(raw.body, limits)}) {
    if (found == errc::malformed_message) return found;
    if (out.refused == errc::none) out.refused = found;
  }
  if (out.refused == errc::none) {
    said.body.data = slice_of(from.whole, raw.body.text);
    said.body.is_object = raw.body.text.front() == '{';
  }
  return errc::none;
}

}  // namespace roost::net
