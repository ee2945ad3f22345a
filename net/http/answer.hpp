// An HTTP answer before it is written.
#pragma once

#include <string>
#include <string_view>

#include "config/base/error.hpp"

namespace roost::net::http {

struct answer {
  unsigned status = 200;
  std::string_view content_type;  ///< empty: none
  std::string body;
  std::string headers;  ///< further lines, each ended by CRLF
};

inline constexpr std::string_view json_type = "application/json; charset=utf-8";
inline constexpr std::string_view text_type = "text/plain; charset=utf-8";

/// {"reason", "code", "message"} with the catalogue's status; the message is the catalogue's
/// meaning where it is empty.
answer error_answer(errc code, std::string_view message = {});

struct answer_style {
  bool with_body = true;  ///< false for HEAD: the length is told, the body left out
  bool keep_alive = true;
};

/// The bytes for the wire.
std::string text_of(const answer& what, answer_style how);

}  // namespace roost::net::http
