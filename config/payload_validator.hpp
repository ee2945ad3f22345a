// Whether a value satisfies a compiled JSON schema. Pure.
#pragma once

#include <nlohmann/json.hpp>

#include "config/payload_rule.hpp"

namespace roost {

/// A value that needs more checks of a schema than this is refused: schemas can make them double
/// with each level.
inline constexpr std::uint32_t payload_checks_max = 4'000'000;

/// Checks of a value as deep as this end with a refusal, before the stack does.
inline constexpr std::uint32_t payload_checks_deep_max = 2'048;

bool satisfies(const nlohmann::json& value, const payload_rules& rules);

}  // namespace roost
