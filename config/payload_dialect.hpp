// What a JSON schema for payloads may say. Payloads come from strangers, so a schema must not
// make checking them dear, or do what nobody checks. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace roost::payload_dialect {

/// What is wrong with a schema and where, or empty: "/properties/day: the keyword format is not
/// supported". What has no fault, payload_compiler.hpp can compile.
std::string find_fault(const nlohmann::json& schema);

/// The value to which a reference such as "#" or "#/definitions/name" leads; null: to none.
const nlohmann::json* target_of(const nlohmann::json& root, std::string_view reference);

}  // namespace roost::payload_dialect
