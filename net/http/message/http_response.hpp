// SPDX-License-Identifier: Apache-2.0
// An HTTP response and its serialization. Pure.
#pragma once

#include <string>
#include <string_view>

#include "config/base/error.hpp"

namespace roost::net::http {

struct http_response {
  unsigned status = 200;
  std::string_view content_type;  ///< empty: none
  std::string body;
  std::string headers;  ///< additional header lines, each ending with CRLF
};

inline constexpr std::string_view json_type = "application/json; charset=utf-8";
inline constexpr std::string_view text_type = "text/plain; charset=utf-8";

/// A JSON response {"reason", "code", "message"} with the HTTP status of the error catalogue. An
/// empty `message` is replaced by the error's meaning in the catalogue.
http_response http_error_response(errc code, std::string_view message = {});

struct response_options {
  bool with_body = true;  ///< false for HEAD: Content-Length stays, the body is omitted
  bool keep_alive = true;
};

/// Serializes status line, headers and body.
std::string text_of(const http_response& response, response_options options);

}  // namespace roost::net::http
