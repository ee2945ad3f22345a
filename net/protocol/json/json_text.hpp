// SPDX-License-Identifier: Apache-2.0
// Escapes text for JSON strings and unescapes JSON strings. Pure.
#pragma once

#include <string>
#include <string_view>

namespace roost::net {

/// Whether `text` contains a character that a JSON string must escape.
bool needs_escape(std::string_view text);
/// `text` as a JSON string, with quotes.
std::string json_quoted(std::string_view text);
/// The text of a valid JSON string; `inner` is the part between its quotes.
std::string json_unescaped(std::string_view inner);
/// Whether `text` has a control character (U+0000 to U+001F, U+007F to U+009F); names must not.
bool has_control_character(std::string_view text);

}  // namespace roost::net
