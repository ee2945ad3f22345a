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

const room_plan* node_context::plan_of(std::string_view topic_name) const {
  const auto* rule = rule_of(config->rooms, topic_name);
  return rule ? plans[static_cast<std::size_t>(rule - config->rooms.data())].get() : nullptr;
}

}  // namespace roost::actors
