// SPDX-License-Identifier: Apache-2.0
#include "net/auth/jwks_fetcher.hpp"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "net/auth/jwt.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/net/auth/signer.hpp"
#include "tests/net/http/client/client_fixture.hpp"
#include "tests/net/http/client/web_server.hpp"

namespace roost::net::auth {

namespace {

using http::web_server;
using std::chrono::hours;

jwks_timing slow_timing() { return {hours{1}, milliseconds{0}, hours{1}, hours{1}}; }

const signer& issuer() {
  static const auto one = signer::ed25519();
  return one;
}
std::string keys() { return R"({"keys":[)" + issuer().jwk(R"(,"kid":"1")") + "]}"; }

/// State shared by the test and the fetcher's thread.
struct stage {
  std::mutex lock;
  std::condition_variable changed;
  std::vector<jwks_report> reports;
  std::shared_ptr<const key_set> keys;

  void wait_for_reports(std::size_t count) {
    std::unique_lock held{lock};
    changed.wait(held, [this, count] { return reports.size() >= count; });
  }
  jwks_fetcher::listener recorder() {
    return [this](const jwks_report& report, const std::shared_ptr<const key_set>& now) {
      const std::lock_guard held{lock};
      reports.push_back(report);
      keys = now;
      changed.notify_all();
    };
  }
};

/// A request with a long timeout, so that a slow machine does not fail the tests.
http::http_request patient(const std::string& url) {
  auto out = jwks_request(url);
  out.timeout = out.connect_timeout = std::chrono::minutes{1};
  return out;
}

}  // namespace

TEST_CASE("a request of keys has the limits of a key set") {
  const auto request = jwks_request("https://issuer.example/keys");
  CHECK(request.url == "https://issuer.example/keys");
  CHECK(request.method == "GET");
  CHECK(request.headers == std::vector<std::string>{"Accept: application/json"});
  CHECK(request.answer_bytes_max == jwks_bytes_max);
  CHECK(request.timeout == std::chrono::seconds{10});
  CHECK_FALSE(request.keeps_connection);
}

TEST_CASE("a fetcher fetches at once and delivers the keys") {
  const web_server server{web_server::scheme::http, keys()};
  stage on;
  const jwks_fetcher fetcher{patient(server.address("/jwks")), on.recorder(), slow_timing()};
  on.wait_for_reports(1);
  CHECK(on.reports[0].is_good);
  CHECK(on.reports[0].is_new);
  CHECK(on.keys->has_id("1"));
}

TEST_CASE("a token is valid once the keys of its issuer have been fetched") {
  const web_server server{web_server::scheme::https, keys()};
  auto request = patient(server.address("/jwks"));
  request.ca_file = server.ca_file();
  stage on;
  const jwks_fetcher fetcher{request, on.recorder(), slow_timing()};
  on.wait_for_reports(1);
  REQUIRE(on.keys);
  const auto token = issuer().token(R"({"alg":"EdDSA","kid":"1"})", R"({"sub":"ada"})");
  CHECK(verify_token(token, *on.keys, {}, 0)->user == "ada");
}

TEST_CASE("an unknown key makes the fetcher fetch again with the ETag") {
  const web_server server{web_server::scheme::http, keys()};
  stage on;
  jwks_fetcher fetcher{patient(server.address("/jwks")), on.recorder(), slow_timing()};
  on.wait_for_reports(1);
  fetcher.key_was_unknown();
  on.wait_for_reports(2);
  CHECK(on.reports[1].is_good);
  CHECK_FALSE(on.reports[1].is_new);  // 304 Not Modified
  CHECK(on.keys->has_id("1"));
}

TEST_CASE("a forced fetch is sent even if the timing does not allow an early one") {
  const web_server server{web_server::scheme::http, keys()};
  const jwks_timing never_early{hours{1}, hours{1}, hours{1}, hours{1}};
  stage on;
  jwks_fetcher fetcher{patient(server.address("/jwks")), on.recorder(), never_early};
  on.wait_for_reports(1);
  fetcher.key_was_unknown();
  fetcher.fetch_now();
  on.wait_for_reports(2);
  CHECK(on.reports[1].is_good);
}

TEST_CASE("a fetcher reports a failure and retries") {
  const web_server server{web_server::scheme::http, keys()};
  const jwks_timing quick{hours{1}, milliseconds{0}, milliseconds{1}, milliseconds{1}};
  stage on;
  const jwks_fetcher fetcher{patient(server.address("/flaky")), on.recorder(), quick};
  on.wait_for_reports(2);
  CHECK(on.reports[0].why == "status 500");
  CHECK(on.reports[1].is_good);
  stage other;
  const jwks_fetcher refused{patient("http://127.0.0.1:1/jwks"), other.recorder(), slow_timing()};
  other.wait_for_reports(1);
  CHECK(other.reports[0].why == "Connection refused");
}

TEST_CASE("a fetcher can be destroyed during a hanging fetch and then reports nothing") {
  const web_server server{web_server::scheme::http, keys()};
  stage on;
  {
    const jwks_fetcher fetcher{patient(server.address("/silent")), on.recorder(), slow_timing()};
    http::client_fixture other;
    const auto count = patient(server.address("/count?silent"));
    while (other.ask(count)->body == "0") std::this_thread::yield();
  }
  CHECK(on.reports.empty());
}

TEST_CASE("a fetcher can be destroyed while it waits for its next fetch") {
  const web_server server{web_server::scheme::http, keys()};
  stage on;
  {
    const jwks_fetcher fetcher{patient(server.address("/jwks")), on.recorder(), slow_timing()};
    on.wait_for_reports(1);
  }
  CHECK(on.reports.size() == 1);
}

}  // namespace roost::net::auth
