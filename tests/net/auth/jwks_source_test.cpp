// SPDX-License-Identifier: Apache-2.0
#include "net/auth/jwks_source.hpp"

#include <string>

#include "tests/fixtures/catch.hpp"
#include "tests/net/auth/signer.hpp"

namespace roost::net::auth {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr time_point start{std::chrono::hours{1}};

std::string set_with(const std::string& id) {
  return R"({"keys":[{},)" + signer::ed25519().jwk(R"(,"kid":")" + id + "\"") + "]}";
}
jwks_response good(const std::string& id, const std::string& etag = "") {
  return {200, set_with(id), etag, ""};
}
jwks_report ask(jwks_source& source, const jwks_response& answer, time_point now) {
  source.begin(now);
  return source.finish(answer, now);
}

}  // namespace

TEST_CASE("keys are fetched at once and then every five minutes") {
  jwks_source source;
  CHECK(source.due() <= start);
  CHECK(source.begin(start).empty());
  CHECK(source.due() == time_point::max());
  CHECK_FALSE(source.keys());
  const auto report = source.finish(good("1"), start + seconds{1});
  CHECK(report.is_good);
  CHECK(report.is_new);
  CHECK(report.keys == 1);
  CHECK(report.skipped == 1);
  CHECK(source.keys()->has_id("1"));
  CHECK(source.due() == start + seconds{1} + minutes{5});
}

TEST_CASE("failed fetches back off up to a minute and the last good keys stay") {
  jwks_source source;
  ask(source, good("1"), start);
  auto now = source.due();
  for (const int wait : {1, 2, 4, 8, 16, 32, 60, 60}) {
    const auto report = ask(source, {0, "", "", "connect: refused"}, now);
    CHECK_FALSE(report.is_good);
    CHECK(report.why == "connect: refused");
    CHECK(report.keys == 1);
    CHECK(source.due() == now + seconds{wait});
    now = source.due();
  }
  CHECK(source.keys()->has_id("1"));
  CHECK(ask(source, good("2"), now).is_good);
  CHECK(source.due() == now + minutes{5});
  ask(source, {503, "", "", ""}, now);
  CHECK(source.due() == now + seconds{1});
}

TEST_CASE("only a 200 response with a usable key set replaces the keys") {
  jwks_source source;
  ask(source, good("1"), start);
  for (const int status : {201, 204, 301, 302, 307, 308, 400, 401, 403, 404, 500, 503}) {
    const auto report = ask(source, {status, set_with("2"), "", ""}, start);
    CHECK_FALSE(report.is_good);
    CHECK(report.why == "status " + std::to_string(status));
  }
  CHECK(ask(source, {200, "<html>", "", ""}, start).why == "the key set cannot be read: not_json");
  CHECK_FALSE(ask(source, {200, R"({"keys":[]})", "", ""}, start).is_good);
  CHECK(source.keys()->has_id("1"));
}

TEST_CASE("the next fetch sends the ETag and a 304 response keeps the keys") {
  jwks_source source;
  // A 304 response before any key set was fetched.
  CHECK_FALSE(ask(source, {304, "", "", ""}, start).is_good);
  ask(source, good("1", "\"a\""), start);
  const auto before = source.keys();
  CHECK(source.begin(start) == "\"a\"");
  const auto report = source.finish({304, "", "", ""}, start);
  CHECK(report.is_good);
  CHECK_FALSE(report.is_new);
  CHECK(source.keys() == before);
  CHECK(source.due() == start + minutes{5});
  ask(source, {500, "", "\"b\"", ""}, start);
  CHECK(source.begin(start) == "\"a\"");
  source.finish(good("2"), start);
  CHECK(source.begin(start).empty());
  source.finish(good("3", std::string(257, 'e')), start);
  CHECK(source.begin(start).empty());
}

TEST_CASE("an unknown key schedules an early fetch at least 30 s after the last fetch") {
  jwks_source source;
  source.key_was_unknown(start);
  CHECK(source.due() <= start);
  ask(source, good("1"), start);
  source.key_was_unknown(start + seconds{5});
  CHECK(source.due() == start + seconds{30});
  source.key_was_unknown(start + seconds{6});
  CHECK(source.due() == start + seconds{30});
  ask(source, good("1"), start + seconds{30});
  source.key_was_unknown(start + seconds{90});
  CHECK(source.due() == start + seconds{90});
}

TEST_CASE("a flood of unknown keys causes at most two fetches a minute") {
  jwks_source source;
  int fetches = 0;
  for (int second = 0; second < 600; ++second) {
    const auto now = start + seconds{second};
    for (int i = 0; i < 10; ++i) source.key_was_unknown(now);
    if (source.due() > now) continue;
    ++fetches;
    ask(source, good("1"), now);
  }
  CHECK(fetches == 20);
}

TEST_CASE("a key that is unknown during a fetch causes another early fetch") {
  jwks_source source;
  ask(source, good("1"), start);
  source.begin(start + minutes{5});
  source.key_was_unknown(start + minutes{5});
  CHECK(source.due() == time_point::max());
  source.finish(good("1"), start + minutes{5} + seconds{1});
  CHECK(source.due() == start + minutes{5} + seconds{30});
}

TEST_CASE("a forced fetch is due at once or as soon as the running fetch has finished") {
  jwks_source source;
  source.fetch_now(start);
  CHECK(source.due() == time_point::min());
  ask(source, good("1"), start);
  source.fetch_now(start + seconds{1});
  CHECK(source.due() == start + seconds{1});
  source.begin(start + seconds{1});
  source.fetch_now(start + seconds{2});
  source.key_was_unknown(start + seconds{2});
  source.finish(good("1"), start + seconds{3});
  CHECK(source.due() == start + seconds{3});
  ask(source, good("1"), start + seconds{3});
  CHECK(source.due() == start + seconds{3} + minutes{5});
}

TEST_CASE("an unknown key does not delay a retry that is due sooner") {
  jwks_source source;
  ask(source, {500, "", "", ""}, start);
  source.key_was_unknown(start);
  CHECK(source.due() == start + seconds{1});
}

}  // namespace roost::net::auth
