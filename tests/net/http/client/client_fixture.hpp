// SPDX-License-Identifier: Apache-2.0
// An HTTP client on an io_context of the test's thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "net/http/client/http_client.hpp"
#include "tests/fixtures/catch.hpp"

namespace roost::net::http {

struct client_fixture {
  /// Sends a request and waits for its result.
  result<http_client_response> ask(http_request request) {
    std::optional<result<http_client_response>> got;
    REQUIRE(client.send(std::move(request), [&got](const auto& answer) { got = answer; }));
    while (!got) context.run_one();
    return *got;
  }
  std::string reason(http_request request) {
    const auto got = ask(std::move(request));
    REQUIRE_FALSE(got);
    CHECK(got.failure().code == errc::unavailable);
    return got.failure().detail;
  }

  boost::asio::io_context context{1};
  http_client client{context};
};

/// A request with a long timeout, so that a slow machine does not fail the tests.
inline http_request patient(std::string url, std::string ca_file = "") {
  return {.url = std::move(url),
          .connect_timeout = std::chrono::minutes{1},
          .timeout = std::chrono::minutes{1},
          .ca_file = std::move(ca_file)};
}

inline bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

}  // namespace roost::net::http
