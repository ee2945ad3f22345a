// An HTTP response and its serialization. Pure.
#pragma once

#include <string>
#include <string_view>

#include "config/base/error.hpp"

namespace roost::net::http {

struct answer {
  unsigned status = 200;
  std::string_view content_type;  ///< empty: none
  std::string body;
  std::string headers;  ///< additional header lines, each ending with CRLF
};

inline constexpr std::string_view json_type = "application/json; charset=utf-8";
inline constexpr std::string_view text_type = "text/plain; charset=utf-8";

/// A JSON response {"reason", "code", "message"} with the HTTP status of the error catalogue. An
/// empty `message` is replaced by the error's meaning in the catalogue.
answer error_answer(errc code, std::string_view message = {});

struct answer_style {
  bool with_body = true;  ///< false for HEAD: Content-Length stays, the body is omitted
  bool keep_alive = true;
};

/// Serializes status line, headers and body.
std::string text_of(const answer& what, answer_style how);

}  // namespace roost::net::http
