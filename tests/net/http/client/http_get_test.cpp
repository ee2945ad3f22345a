// SPDX-License-Identifier: Apache-2.0
#include "net/http/client/http_get.hpp"

#include "tests/fixtures/catch.hpp"
#include "tests/net/http/client/web_server.hpp"

namespace roost::net::http {

TEST_CASE("a page is got with its status and its body") {
  const web_server server{web_server::scheme::http, "the keys"};
  const auto page = http_get(server.address("/jwks"), milliseconds{10'000});
  REQUIRE(page);
  CHECK(page->status == 200);
  CHECK(page->body == "the keys");
  CHECK(http_get(server.address("/failing"), milliseconds{10'000})->status == 500);
}

TEST_CASE("a page that does not come in time, or has no valid URL, is an error") {
  const web_server server{web_server::scheme::http, ""};
  const auto late = http_get(server.address("/silent"), milliseconds{50});
  REQUIRE_FALSE(late);
  CHECK(late.failure().code == errc::unavailable);
  CHECK(late.failure().detail == "no answer in time");
  CHECK(http_get("no url", milliseconds{50}).failure().code == errc::bad_request);
}

}  // namespace roost::net::http
