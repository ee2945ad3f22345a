// Where a request carries what shows who it comes from, and how it is told that this is no good.
// Pure.
#pragma once

#include <string_view>

#include "net/http/answer.hpp"

namespace roost::net::http {

/// What stands behind "Bearer " in an Authorization header (RFC 6750); empty for any other scheme.
std::string_view bearer_token(std::string_view authorization);
/// The value of a cookie in a Cookie header (RFC 6265), without quotes; empty where there is none.
std::string_view cookie_value(std::string_view header, std::string_view name);

/// 403 with the row of what is wrong with a token.
answer token_answer(errc why);

}  // namespace roost::net::http
