// SPDX-License-Identifier: Apache-2.0
// Checks that a JSON schema for payloads is valid and supported. Pure.
// Payloads are untrusted input, so a schema must not make validation expensive, and must not rely
// on keywords that are not checked.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace roost::payload_dialect {

/// The first problem of a schema, after its path, such as "/properties/day: the keyword format is
/// not supported". If the result is empty, payload_compiler.hpp can compile the schema.
std::string find_fault(const nlohmann::json& schema);

/// Resolves a reference such as "#" or "#/definitions/name"; null if there is no such value.
const nlohmann::json* target_of(const nlohmann::json& root, std::string_view reference);

}  // namespace roost::payload_dialect
