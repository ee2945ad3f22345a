// SPDX-License-Identifier: Apache-2.0
#include "actors/rules/rule_match.hpp"

#include <algorithm>

#include "config/base/reserved_names.hpp"
#include "config/base/topic_pattern.hpp"

namespace roost::actors {

bool matches(const room_rule& rule, std::string_view topic_name) {
  if (topic_name.empty() || is_reserved_topic(topic_name)) return false;
  return pattern_matches(rule.match, topic_name);
}

const room_rule* rule_of(const std::vector<room_rule>& rules, std::string_view topic_name) {
  const auto found =
      std::ranges::find_if(rules, [&](const room_rule& rule) { return matches(rule, topic_name); });
  return found == rules.end() ? nullptr : &*found;
}

}  // namespace roost::actors
