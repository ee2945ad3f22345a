// Base64 as clients really send it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roost::net::http {

/// Takes the standard and the URL alphabet, with or without padding; nothing for other text.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace roost::net::http
