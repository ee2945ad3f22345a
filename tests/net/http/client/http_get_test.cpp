// SPDX-License-Identifier: Apache-2.0
#include "net/http/client/http_get.hpp"

#include <unistd.h>

#include "net/http/listen_sockets.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/net/http/http_node.hpp"

namespace roost::net::http {

TEST_CASE("a health check gets the status of a page") {
  node served;
  const auto base = "http://127.0.0.1:" + std::to_string(served.port());
  CHECK(*http_get_status(base + "/health") == 200);
  CHECK(*http_get_status(base) == 404);
  served.state = node_state::draining;
  CHECK(*http_get_status(base + "/ready") == 503);
}

TEST_CASE("a health check fails if the server does not answer or refuses the connection") {
  const auto silent = open_listen_sockets("listen", "127.0.0.1", 0, 1);
  REQUIRE(silent);
  const auto url = "http://127.0.0.1:" + std::to_string(silent->endpoint.port()) + "/health";
  const auto late = http_get_status(url, std::chrono::milliseconds{50});
  REQUIRE_FALSE(late);
  CHECK(late.failure().code == errc::unavailable);
  ::close(silent->descriptors[0]);
  CHECK(http_get_status(url).failure().code == errc::unavailable);
  CHECK(http_get_status(url).failure().detail == "cannot be reached: Connection refused");
}

TEST_CASE("a URL that is not a plain http URL is refused") {
  for (const auto* bad : {"", "127.0.0.1:4000", "https://h/", "http://", "http://:80/"}) {
    const auto got = http_get_status(bad);
    REQUIRE_FALSE(got);
    CHECK(got.failure().code == errc::bad_request);
    CHECK(got.failure().detail == "is not a URL such as http://127.0.0.1:4000");
  }
}

}  // namespace roost::net::http
