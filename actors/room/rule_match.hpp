// Which rule a topic gets. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace roost::actors {

/// Whether the rule is for this topic; never for a reserved one or an empty name.
bool matches(const room_rule& rule, std::string_view topic_name);

/// The rule that a topic gets: first match wins; null: no rule, "unmatched topic".
const room_rule* rule_of(const std::vector<room_rule>& rules, std::string_view topic_name);

}  // namespace roost::actors
