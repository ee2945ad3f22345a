// Text in and out of JSON strings.
#pragma once

#include <string>
#include <string_view>

namespace roost::net {

/// Whether `text` must be changed to stand between quotes.
bool needs_escape(std::string_view text);
/// `text` as a JSON string, with its quotes.
std::string json_quoted(std::string_view text);
/// What a valid JSON string says; `inner` is what stands between its quotes.
std::string json_unescaped(std::string_view inner);
/// Control characters (U+0000 to U+001F, U+007F to U+009F) are not wanted in names.
bool has_control_character(std::string_view text);

}  // namespace roost::net
