// SPDX-License-Identifier: Apache-2.0
// Validates a JSON value against a compiled schema. Pure.
#pragma once

#include <nlohmann/json.hpp>

#include "config/json_schema/payload_rule.hpp"

namespace roost {

/// Maximum number of rule checks per value; above it the value is refused. Without this limit a
/// schema could make the work double with each level of nesting.
inline constexpr std::uint32_t payload_checks_max = 4'000'000;

/// Maximum recursion depth of a validation; above it the value is refused before the stack
/// overflows.
inline constexpr std::uint32_t payload_checks_deep_max = 2'048;

bool satisfies(const nlohmann::json& value, const payload_rules& rules);

}  // namespace roost
