// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/message.hpp"

#include "net/protocol/json/json_text.hpp"

namespace roost::net {

std::string plain_text(const ref& reference) {
  const std::string_view json = reference.json;
  if (json.size() < 2 || json.front() != '"') return reference.json;
  const auto inner = json.substr(1, json.size() - 2);
  if (inner.find('\\') == std::string_view::npos) return std::string{inner};
  return json_unescaped(inner);
}

bool same_ref(const ref& one, const ref& other) {
  if (one == other) return true;
  const bool are_strings = one.json.starts_with('"') && other.json.starts_with('"');
  return are_strings && plain_text(one) == plain_text(other);
}

bool same_plain_text(const ref& one, const ref& other) {
  if (one == other) return true;
  return !one.is_null() && !other.is_null() && plain_text(one) == plain_text(other);
}

std::string position_json(const position& event_position) {
  // Called for each push, so it reserves once. An epoch needs no escaping.
  constexpr std::size_t around = 80;
  std::string out;
  out.reserve(event_position.epoch.size() + around);
  out.append("{\"epoch\":\"").append(event_position.epoch).append("\",\"offset\":");
  return out.append(std::to_string(event_position.at.value)).append("}");
}

std::string timed_position_json(const timed_position& event_position) {
  auto out = position_json(event_position.at);
  out.back() = ',';
  return out.append("\"time\":").append(std::to_string(event_position.time_ms)).append("}");
}

}  // namespace roost::net
