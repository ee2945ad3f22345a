// SPDX-License-Identifier: Apache-2.0
#include "net/http/upgrade/authenticate.hpp"

#include <sstream>

#include "config/telemetry/log.hpp"
#include "net/auth/mint.hpp"
#include "tests/fixtures/catch.hpp"

namespace roost::net::http {

namespace {

const std::string secret(32, 's');

settings with_key() {
  settings out;
  out.auth.hs256_secret = secret;
  return out;
}

struct fixture {
  settings_store config;
  metrics probe;
  auth::token_verifier verifier{config, probe};
  explicit fixture(settings with = with_key()) : config(std::move(with)) {}
  errc ask(connect_info& info) { return authenticate(info, &verifier, config.current()); }
};

connect_info with_token(std::string token, token_use use = token_use::optional) {
  connect_info out;
  out.token = std::move(token);
  out.tokens = use;
  return out;
}

}  // namespace

TEST_CASE("authentication turns a valid token into an identity and drops the token") {
  fixture it;
  for (const auto use : {token_use::optional, token_use::required}) {
    auto info = with_token(*auth::mint(R"({"sub":"ada"})", secret), use);
    CHECK(it.ask(info) == errc::none);
    REQUIRE(info.identity);
    CHECK(info.identity->user == "ada");
    CHECK(info.token.empty());
  }
}

TEST_CASE("a given token must be valid even where no token is required") {
  fixture it;
  auto bad = with_token("a.b.c");
  CHECK(it.ask(bad) == errc::bad_token);
  auto old = with_token(*auth::mint(R"({"exp":1})", secret));
  CHECK(it.ask(old) == errc::token_expired);
  const auto now = unix_ms();
  it.verifier.revoke({auth::revocation_kind::user, "ada", now, now + 60'000}, now);
  auto revoked = with_token(*auth::mint(R"({"sub":"ada"})", secret));
  CHECK(it.ask(revoked) == errc::revoked);
  CHECK_FALSE(revoked.identity);
}

TEST_CASE("a refused token is logged with the peer address and the mount") {
  std::ostringstream lines;
  log::init(log_level::info, log_format::json, &lines);
  fixture it;
  auto bad = with_token("a.b.c");
  bad.peer_address = "198.51.100.7";
  CHECK(it.ask(bad) == errc::bad_token);
  log::init(log_level::info, log_format::json);
  CHECK(lines.str().find(R"("event":"token_refused","peer":"198.51.100.7")") != std::string::npos);
  CHECK(lines.str().find(R"("mount":"/socket")") != std::string::npos);
  CHECK(lines.str().find("a.b.c") == std::string::npos);
}

TEST_CASE("a connection without a token has no identity even where a token is required") {
  fixture it;
  for (const auto use : {token_use::none, token_use::optional, token_use::required}) {
    auto info = with_token("", use);
    CHECK(it.ask(info) == errc::none);
    CHECK_FALSE(info.identity);
  }
}

TEST_CASE("a token is ignored where no key is configured or the mount uses no tokens") {
  fixture it;
  auto unused = with_token("a.b.c", token_use::none);
  CHECK(it.ask(unused) == errc::none);
  CHECK(unused.token.empty());
  fixture without{settings{}};
  auto unknown = with_token("a.b.c");
  CHECK(without.ask(unknown) == errc::none);
  auto alone = with_token("a.b.c");
  CHECK(authenticate(alone, nullptr, it.config.current()) == errc::none);
  CHECK(it.probe.value(metrics::counter::auth_results) == 0);
}

}  // namespace roost::net::http
