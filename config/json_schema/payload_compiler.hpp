// SPDX-License-Identifier: Apache-2.0
// Compiles a JSON schema into rules that are fast to check. Pure.
#pragma once

#include <nlohmann/json.hpp>

#include "config/json_schema/payload_rule.hpp"

namespace roost {

/// `schema` must be valid: payload_dialect::find_fault() returned empty.
payload_rules compile_payload_schema(const nlohmann::json& schema);

}  // namespace roost
