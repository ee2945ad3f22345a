// SPDX-License-Identifier: Apache-2.0
#include "actors/rules/room_rules.hpp"

#include <algorithm>
#include <utility>

#include "actors/rules/rule_match.hpp"

namespace roost::actors {

room_rules::compiled_rules room_rules::compile(const std::vector<room_rule>& rules) {
  compiled_rules out;
  for (const auto& each : rules) out.push_back(std::make_shared<const compiled_rule>(each));
  return out;
}

void room_rules::replace(compiled_rules next) {
  std::lock_guard guard(lock_);
  rules_.swap(next);
}

std::shared_ptr<const compiled_rule> room_rules::find(std::string_view topic_name) const {
  std::lock_guard guard(lock_);
  const auto found = std::ranges::find_if(
      rules_, [&](const auto& rule) { return matches(rule->rule, topic_name); });
  return found == rules_.end() ? nullptr : *found;
}

}  // namespace roost::actors
