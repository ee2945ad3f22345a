// The keywords of JSON schemas for payloads, and what their values must be. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace roost::payload_keywords {

/// Whether a value has the form of a schema: an object, true or false.
bool is_schema(const nlohmann::json& value);

/// Whether the keyword is one of draft 7 that decides about payloads.
bool refuses_payloads(std::string_view name);

/// What is wrong with a keyword or its value, or empty: "the keyword format is not supported". Of
/// the schemas in the value only their form is looked at. Names that are no keyword are as good as
/// comments.
std::string find_fault(std::string_view name, const nlohmann::json& value);

/// Schemas directly inside of a schema, each with its place: "/properties/day".
using inner_schema = std::pair<std::string, const nlohmann::json*>;
std::vector<inner_schema> inner_schemas(const nlohmann::json& schema);

}  // namespace roost::payload_keywords
