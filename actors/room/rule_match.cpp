#include "actors/room/rule_match.hpp"

#include <algorithm>

namespace roost::actors {

bool matches(const room_rule& rule, std::string_view topic_name) {
  if (topic_name.empty() || topic_name.front() == '$') return false;
  std::string_view pattern = rule.match;
  if (!pattern.ends_with('*')) return topic_name == pattern;
  pattern.remove_suffix(1);
  return topic_name.starts_with(pattern);
}

const room_rule* rule_of(const std::vector<room_rule>& rules, std::string_view topic_name) {
  const auto found =
      std::ranges::find_if(rules, [&](const room_rule& rule) { return matches(rule, topic_name); });
  return found == rules.end() ? nullptr : &*found;
}

}  // namespace roost::actors
