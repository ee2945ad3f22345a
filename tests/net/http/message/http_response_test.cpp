// SPDX-License-Identifier: Apache-2.0
#include "net/http/message/http_response.hpp"

#include "tests/fixtures/catch.hpp"
#include "tests/net/http/raw_client.hpp"

namespace roost::net::http {

TEST_CASE("a response has headers for server and type and length and connection") {
  const auto text = text_of({200, json_type, "{}", "X-A: b\r\n"}, {});
  CHECK(text ==
        "HTTP/1.1 200 OK\r\nServer: roost\r\nContent-Type: application/json; charset=utf-8\r\n"
        "X-Content-Type-Options: nosniff\r\nX-A: b\r\nContent-Length: 2\r\n"
        "Connection: keep-alive\r\n\r\n{}");
}

TEST_CASE("a response to HEAD has the length and no body") {
  const auto text =
      text_of({200, text_type, "four", {}}, {.with_body = false, .keep_alive = false});
  CHECK(holds(text, "Content-Length: 4\r\nConnection: close\r\n\r\n"));
  CHECK(text.ends_with("\r\n\r\n"));
}

TEST_CASE("an error response follows the error catalogue") {
  const auto missing = http_error_response(errc::not_found);
  CHECK(missing.status == 404);
  CHECK(begins(missing.body, R"({"reason":"not found","code":305,"message":")"));
  const auto full = http_error_response(errc::node_full);
  CHECK(full.status == 503);
  CHECK(full.headers == "Retry-After: 1\r\n");
}

}  // namespace roost::net::http
