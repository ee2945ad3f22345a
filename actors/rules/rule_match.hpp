// SPDX-License-Identifier: Apache-2.0
// Finds the room rule that applies to a topic. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "config/schema/settings.hpp"

namespace roost::actors {

/// Whether the rule applies to this topic. No rule applies to a reserved topic or an empty name.
bool matches(const room_rule& rule, std::string_view topic_name);

/// The first rule that matches the topic; null: none ("unmatched topic").
const room_rule* rule_of(const std::vector<room_rule>& rules, std::string_view topic_name);

}  // namespace roost::actors
