// One top-level field of a JSON payload, found without parsing the rest. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/protocol/json_cursor.hpp"

namespace roost::actors {

/// Which objects of a payload are looked at.
enum class key_scope : std::uint8_t { top_level, all_levels };

/// Whether an object has two keys that say the same, however they are escaped ("id", "\u0069d"):
/// two readers could take different ones. For JSON that has been checked; of bounded time for any
/// text.
bool has_equal_keys(std::string_view json, key_scope scope);

/// The value of `key` in the top level of a JSON object as it stands in the text; the first where
/// there are several. None where `json` is no object or has no such key. Safe for any text.
std::optional<net::raw_json> raw_field(std::string_view json, std::string_view key);

/// The value of `key` in the top level of a JSON object: a string's content after unescaping, with
/// "s" in front; true, false or the one text of a number (12 for 12.0), with "n" in front. None
/// where the payload is no object, the key is missing, or the value is null, an array or an object.
std::optional<std::string> payload_field(std::string_view json, std::string_view key);

}  // namespace roost::actors
