// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/raw_message.hpp"

#include <array>
#include <cstddef>

#include "net/protocol/json/json_text.hpp"

namespace roost::net {

namespace {

// Returns none, name_too_long, or invalid_payload for a control character.
errc check_name(std::string_view text) {
  if (text.size() > name_bytes_max) return errc::name_too_long;
  return has_control_character(text) ? errc::invalid_payload : errc::none;
}

errc check_opaque(std::string_view json) {
  return json.size() > name_bytes_max ? errc::name_too_long : errc::none;
}

// If the whole text is valid, so is each part, and no second check is needed.
json_state state_of(const raw_json& part, const message_source& from) {
  const bool is_known = from.state == json_state::valid || part.text.empty();
  return is_known ? json_state::valid : check_json(part.text);
}

// The end of a value that is too deep is not certain, so it cannot be echoed as a name or ref.
bool is_readable(json_state found) {
  return found == json_state::valid || found == json_state::lone_surrogate;
}

// A name with a lone surrogate (half an emoji) is not valid text. Its JSON is kept, because the
// client expects the same JSON in the error reply.
errc read_name(const raw_json& raw, json_state state, std::string& text, bool& is_string) {
  if (!is_readable(state)) return errc::malformed_message;
  is_string = raw.is_string() && state == json_state::valid;
  if (!is_string) {
    text = raw.text;
    return state == json_state::valid ? check_opaque(text) : errc::invalid_payload;
  }
  const auto inner = raw.text.substr(1, raw.text.size() - 2);
  if (inner.find('\\') == std::string_view::npos) {
    text = inner;
  } else {
    text = json_unescaped(inner);
  }
  return check_name(text);
}

errc read_ref(const raw_json& raw, json_state state, ref& out) {
  if (!is_readable(state)) return errc::malformed_message;
  if (raw.text.empty() || raw.text == "null") return errc::none;
  out.json = raw.text;
  if (state == json_state::lone_surrogate) return errc::invalid_payload;
  if (!raw.is_string()) return check_opaque(out.json);
  const auto inner = raw.text.substr(1, raw.text.size() - 2);
  if (inner.find('\\') == std::string_view::npos) return check_name(inner);
  return check_name(json_unescaped(inner));
}

// A body that is too deep to be checked is refused with invalid_payload, not as malformed.
errc check_body(const raw_json& body, json_state state, const decode_limits& limits) {
  if (state == json_state::invalid) return errc::malformed_message;
  if (body.text.size() > limits.payload_bytes_max) return errc::payload_too_large;
  const bool is_fine = state == json_state::valid && body.depth <= limits.depth_max;
  return is_fine ? errc::none : errc::invalid_payload;
}

slice slice_of(const bytes_ptr& whole, std::string_view part) {
  const auto begin = static_cast<std::uint32_t>(part.data() - whole->data());
  return {whole, begin, static_cast<std::uint32_t>(part.size())};
}

}  // namespace

errc read_message(const raw_message& raw, const message_source& from, const decode_limits& limits,
                  inbound& out) {
  auto& message = out.decoded;
  const auto state = [&from](const raw_json& part) { return state_of(part, from); };
  const std::array results{
      read_ref(raw.join_ref, state(raw.join_ref), message.join_ref),
      read_ref(raw.reference, state(raw.reference), message.reference),
      read_name(raw.topic, state(raw.topic), message.topic, message.topic_is_string),
      read_name(raw.event, state(raw.event), message.event, message.event_is_string),
      check_body(raw.body, state(raw.body), limits),
  };
  for (const auto found : results) {
    if (found == errc::malformed_message) return found;
    if (out.refused == errc::none) out.refused = found;
  }
  if (out.refused == errc::none) {
    message.body.data = slice_of(from.whole, raw.body.text);
    message.body.is_object = raw.body.text.front() == '{';
  }
  return errc::none;
}

}  // namespace roost::net
