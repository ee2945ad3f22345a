// SPDX-License-Identifier: Apache-2.0
#include "actors/rules/event_schema.hpp"

#include <stdexcept>
#include <utility>

namespace roost::actors {

event_rules::event_rules(const room_rule& rule) {
  for (const auto& one : rule.events) {
    auto& made = rules_[one.name];
    made.bytes_max = one.bytes_max;
    if (one.schema_file.empty()) continue;
    auto read = payload_schema::load(one.schema_file);
    if (!read) {
      throw std::runtime_error("schema_file of the event \"" + one.name + "\" of the rooms \"" +
                               rule.match + "\": \"" + one.schema_file + "\" " +
                               read.failure().detail);
    }
    made.schema = std::move(*read);
  }
}

errc event_rules::check(std::string_view event, std::string_view json_payload,
                        bool is_binary) const {
  const auto found = rules_.find(event);
  if (found == rules_.end()) return errc::none;
  const auto& rule = found->second;
  if (rule.bytes_max != 0 && json_payload.size() > rule.bytes_max) return errc::payload_too_large;
  if (!rule.schema) return errc::none;
  return !is_binary && rule.schema->accepts(json_payload) ? errc::none : errc::invalid_payload;
}

bool event_rules::has_schema(std::string_view event) const {
  const auto found = rules_.find(event);
  return found != rules_.end() && found->second.schema;
}

}  // namespace roost::actors
