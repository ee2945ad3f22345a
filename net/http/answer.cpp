#include "net/http/answer.hpp"

#include <boost/beast/http/message.hpp>

#include "net/protocol/json_text.hpp"

namespace roost::net::http {

answer error_answer(errc code, std::string_view message) {
  const auto& row = row_of(code);
  std::string body = R"({"reason":)";
  body.append(json_quoted(row.reason)).append(R"(,"code":)");
  body.append(std::to_string(static_cast<int>(code))).append(R"(,"message":)");
  body.append(json_quoted(message.empty() ? row.meaning : message)).append("}");
  answer out{row.http_status, json_type, std::move(body), {}};
  if (row.http_status == 503) out.headers = "Retry-After: 1\r\n";
  return out;
}

std::string text_of(const answer& what, answer_style how) {
  std::string out;
  out.reserve(256 + what.headers.size() + (how.with_body ? what.body.size() : 0));
  const auto status = static_cast<boost::beast::http::status>(what.status);
  const auto reason = boost::beast::http::obsolete_reason(status);
  out.append("HTTP/1.1 ").append(std::to_string(what.status)).append(" ");
  out.append(reason.data(), reason.size()).append("\r\nServer: roost\r\n");
  if (!what.content_type.empty()) {
    out.append("Content-Type: ").append(what.content_type).append("\r\n");
    out.append("X-Content-Type-Options: nosniff\r\n");
  }
  out.append(what.headers);
  if (what.status != 304) {
    out.append("Content-Length: ").append(std::to_string(what.body.size())).append("\r\n");
  }
  out.append(how.keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
  if (how.with_body) out.append(what.body);
  return out;
}

}  // namespace roost::net::http
