// SPDX-License-Identifier: Apache-2.0
// The JSON format of rooms[].allow: validation, and conversion from and to settings.
// A rule is "user" or {"claim": "role", "in": ["admin"]}; for pushes it can also be a list of
// {"events": ["msg"], "allow": "user"}.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/schema/problem.hpp"
#include "config/schema/settings.hpp"

namespace roost {

namespace access_formats {

inline constexpr std::string_view rules = "any, user, self, grant, {\"claim\", \"in\"} or none";

// Every problem of `value`, which is at the key path `at`; empty: it is valid.
std::vector<problem> rule_faults(const nlohmann::json& value, const std::string& at);
std::vector<problem> pushes_faults(const nlohmann::json& value, const std::string& at);

}  // namespace access_formats

// Conversions. from_json() needs a value that passed the checks above. A missing rule is written
// as "any".
void to_json(nlohmann::json& out, const access_rule& rule);
void from_json(const nlohmann::json& in, access_rule& rule);
void to_json(nlohmann::json& out, const std::optional<access_rule>& rule);
void from_json(const nlohmann::json& in, std::optional<access_rule>& rule);
void to_json(nlohmann::json& out, const std::vector<push_rule>& rules);
void from_json(const nlohmann::json& in, std::vector<push_rule>& rules);
void to_json(nlohmann::json& out, const origin_rule& rule);
void from_json(const nlohmann::json& in, origin_rule& rule);

}  // namespace roost
