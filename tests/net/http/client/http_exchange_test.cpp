// SPDX-License-Identifier: Apache-2.0
#include "net/http/client/http_exchange.hpp"

#include "tests/fixtures/catch.hpp"

namespace roost::net::http {

TEST_CASE("a header of an answer is found by its name in any case") {
  const http_client_response answer{200, {{"ETag", "\"a\""}, {"X-Two", "1"}, {"x-two", "2"}}, ""};
  CHECK(answer.header("etag") == "\"a\"");
  CHECK(answer.header("X-TWO") == "1");
  CHECK(answer.header("x-none").empty());
}

}  // namespace roost::net::http
