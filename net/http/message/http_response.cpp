// SPDX-License-Identifier: Apache-2.0
#include "net/http/message/http_response.hpp"

#include <boost/beast/http/message.hpp>

#include "net/protocol/json/json_text.hpp"

namespace roost::net::http {

http_response http_error_response(errc code, std::string_view message) {
  const auto& row = row_of(code);
  std::string body = R"({"reason":)";
  body.append(json_quoted(row.reason)).append(R"(,"code":)");
  body.append(std::to_string(static_cast<int>(code))).append(R"(,"message":)");
  body.append(json_quoted(message.empty() ? row.meaning : message)).append("}");
  http_response out{row.http_status, json_type, std::move(body), {}};
  if (row.http_status == 503) out.headers = "Retry-After: 1\r\n";
  return out;
}

std::string text_of(const http_response& response, response_options options) {
  std::string out;
  out.reserve(256 + response.headers.size() + (options.with_body ? response.body.size() : 0));
  const auto status = static_cast<boost::beast::http::status>(response.status);
  const auto reason = boost::beast::http::obsolete_reason(status);
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  out.append(reason.data(), reason.size()).append("\r\nServer: roost\r\n");
  if (!response.content_type.empty()) {
    out.append("Content-Type: ").append(response.content_type).append("\r\n");
    out.append("X-Content-Type-Options: nosniff\r\n");
  }
  out.append(response.headers);
  if (response.status != 304) {
    out.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n");
  }
  out.append(options.keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
  if (options.with_body) out.append(response.body);
  return out;
}

}  // namespace roost::net::http
