#include "actors/node_context.hpp"

namespace roost::actors {

const room_rule* rule_of(const std::vector<room_rule>& rules, std::string_view topic_name) {
  if (topic_name.empty() || topic_name.front() == '$') return nullptr;
  for (const auto& rule : rules) {
    std::string_view pattern = rule.match;
    if (pattern.ends_with('*')) {
      pattern.remove_suffix(1);
      if (topic_name.starts_with(pattern)) return &rule;
    } else if (topic_name == pattern) {
      return &rule;
    }
  }
  return nullptr;
}

}  // namespace roost::actors
