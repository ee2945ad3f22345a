// SPDX-License-Identifier: Apache-2.0
// The supported keywords of JSON Schema, and validation of their values. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace roost::payload_keywords {

/// Whether a value can be a schema: an object, true or false.
bool is_schema(const nlohmann::json& value);

/// Whether `name` is a keyword of draft 7 that can make a payload invalid.
bool refuses_payloads(std::string_view name);

/// The problem of a keyword or its value, such as "the keyword format is not supported"; empty:
/// none. It does not check nested schemas. A name that is not a keyword is ignored.
std::string find_fault(std::string_view name, const nlohmann::json& value);

/// The schemas directly inside of a schema, each with its path such as "/properties/day".
using inner_schema = std::pair<std::string, const nlohmann::json*>;
std::vector<inner_schema> inner_schemas(const nlohmann::json& schema);

}  // namespace roost::payload_keywords
