// What a JSON schema for payloads may say. Payloads come from strangers, so a schema must not
// make checking them dear, or do what nobody checks. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace roost::payload_dialect {

/// The keywords for strings, under names of our own: payload_schema.cpp checks them itself.
constexpr std::string_view pattern = "x-roost-pattern";
constexpr std::string_view length_min = "x-roost-length-min";
constexpr std::string_view length_max = "x-roost-length-max";

/// What is wrong with a schema and where, or empty.
std::string find_fault(const nlohmann::json& schema);

/// Gives the keywords for strings the names above, wherever they stand.
void rename_text_rules(nlohmann::json& schema);

}  // namespace roost::payload_dialect
