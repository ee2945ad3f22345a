// SPDX-License-Identifier: Apache-2.0
// Extracts tokens from Authorization and Cookie headers; response for a refused token. Pure.
#pragma once

#include <string_view>

#include "net/http/message/http_response.hpp"

namespace roost::net::http {

/// The token after "Bearer " in an Authorization header (RFC 6750); empty for any other scheme.
std::string_view bearer_token(std::string_view authorization);
/// The value of a cookie in a Cookie header (RFC 6265), without quotes; empty if it is absent.
std::string_view cookie_value(std::string_view header, std::string_view name);

/// A response with the error body of `why`, and status 403 instead of that of the catalogue.
http_response token_error_response(errc why);

}  // namespace roost::net::http
