// SPDX-License-Identifier: Apache-2.0
// Finds one top-level field of a JSON payload, and duplicate keys, without a full parse. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/protocol/json/json_cursor.hpp"

namespace roost::actors {

/// The objects of a payload that are checked for duplicate keys.
enum class key_scope : std::uint8_t { top_level, all_levels };

/// Whether an object has duplicate keys, compared after unescaping ("id" equals "\u0069d"): two
/// JSON parsers may use different values of them. Expects valid JSON; any other text is safe and
/// takes bounded time.
bool has_equal_keys(std::string_view json, key_scope scope);

/// The raw text of the value of `key` in the top level of a JSON object; the first value if the key
/// is duplicate. None if `json` is no object or lacks the key. Safe for any text.
std::optional<net::raw_json> raw_field(std::string_view json, std::string_view key);

/// The value of `key` in the top level of a JSON object as comparable text. A string: "s" and its
/// unescaped content. true, false, or a number: "n" and its text, numbers in canonical form (12 for
/// 12.0). None if the payload is no object or lacks the key, or if the value is null, an array or
/// an object.
std::optional<std::string> payload_field(std::string_view json, std::string_view key);

}  // namespace roost::actors
