// The base64 of tokens and keys, read strictly: each value has one spelling.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roost::net::auth {

/// RFC 7515 section 2: the alphabet for URLs, no padding.
std::string base64url_encode(std::string_view bytes);
/// Nothing for padding, white space, other alphabets, and bits behind the last byte that are set:
/// who could change them would change a token without breaking its signature.
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace roost::net::auth
