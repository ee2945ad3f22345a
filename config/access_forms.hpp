// How rooms[].allow is written: "user", {"claim": "role", "in": ["admin"]}, and for pushes also a
// list of {"events": ["msg"], "allow": "user"}.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.hpp"
#include "config/settings.hpp"

namespace roost {

namespace access_forms {

inline constexpr std::string_view rules = "any, user, self, grant, {\"claim\", \"in\"} or none";

// All that is wrong with a value that stands at the key path `at`.
std::vector<problem> rule_faults(const nlohmann::json& value, const std::string& at);
std::vector<problem> pushes_faults(const nlohmann::json& value, const std::string& at);

}  // namespace access_forms

// Between JSON without a fault and settings. Not written, and the default: "any".
void to_json(nlohmann::json& out, const access_rule& rule);
void from_json(const nlohmann::json& in, access_rule& rule);
void to_json(nlohmann::json& out, const std::optional<access_rule>& rule);
void from_json(const nlohmann::json& in, std::optional<access_rule>& rule);
void to_json(nlohmann::json& out, const std::vector<push_rule>& rules);
void from_json(const nlohmann::json& in, std::vector<push_rule>& rules);

}  // namespace roost
