// SPDX-License-Identifier: Apache-2.0
#include "net/http/client/health_check.hpp"

#include "tests/fixtures/catch.hpp"
#include "tests/net/http/client/web_server.hpp"

namespace roost::net::http {

TEST_CASE("a health check gets the status of a page") {
  const web_server server{web_server::scheme::http, ""};
  CHECK(*health_status(server.address("/jwks")) == 200);
  CHECK(*health_status(server.address("")) == 404);
  CHECK(*health_status(server.address("/failing")) == 500);
}

TEST_CASE("a health check fails if the server does not answer or refuses the connection") {
  web_server server{web_server::scheme::http, ""};
  const auto url = server.address("/silent");
  const auto late = health_status(url, milliseconds{50});
  REQUIRE_FALSE(late);
  CHECK(late.failure().code == errc::unavailable);
  CHECK(late.failure().detail == "cannot be reached: no answer in time");
  server.stop();
  CHECK(health_status(url).failure().code == errc::unavailable);
  CHECK(health_status(url).failure().detail == "cannot be reached: Connection refused");
}

TEST_CASE("a URL that is not a plain http URL is refused") {
  for (const auto* bad : {"", "127.0.0.1:4000", "https://h/", "http://", "http://:80/"}) {
    const auto got = health_status(bad);
    REQUIRE_FALSE(got);
    CHECK(got.failure().code == errc::bad_request);
    CHECK(got.failure().detail == "is not a URL such as http://127.0.0.1:4000");
  }
}

}  // namespace roost::net::http
