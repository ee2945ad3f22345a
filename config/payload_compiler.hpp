// From a JSON schema to rules that are quick to check. Pure.
#pragma once

#include <nlohmann/json.hpp>

#include "config/payload_rule.hpp"

namespace roost {

/// `schema` has no fault, as payload_dialect::find_fault() sees it.
payload_rules compile_payload_schema(const nlohmann::json& schema);

}  // namespace roost
