// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/token_expiry.hpp"

#include <chrono>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;
using step = token_expiry::step;

namespace {

constexpr milliseconds grace{10'000};

net::auth::token_claims until(std::int64_t ms) {
  net::auth::token_claims out;
  out.expires_ms = ms;
  return out;
}

}  // namespace

TEST_CASE("a token without an expiry never expires") {
  token_expiry expiry;
  CHECK_FALSE(expiry.wait(0));
  CHECK_FALSE(expiry.renew({}));
  CHECK_FALSE(expiry.wait(0));
  CHECK(expiry.tick(9'000'000'000'000, grace) == step::wait);
}

TEST_CASE("an expired token is warned about once and ends after the grace period") {
  token_expiry expiry;
  CHECK_FALSE(expiry.renew(until(1'000)));
  CHECK(*expiry.wait(400) == milliseconds{600});
  CHECK(expiry.tick(999, grace) == step::wait);
  CHECK(expiry.tick(1'000, grace) == step::warn);
  CHECK(expiry.tick(1'000, grace) == step::wait);
  CHECK(*expiry.wait(1'500) == milliseconds{9'500});
  CHECK(expiry.tick(10'999, grace) == step::wait);
  CHECK(expiry.tick(11'000, grace) == step::end);
  CHECK(expiry.tick(20'000, grace) == step::wait);
  CHECK_FALSE(expiry.wait(20'000));
}

TEST_CASE("the grace period starts at the warning even if the warning is late") {
  token_expiry expiry;
  expiry.renew(until(1'000));
  CHECK(*expiry.wait(5'000) == milliseconds{0});
  CHECK(expiry.tick(5'000, grace) == step::warn);
  CHECK(expiry.tick(14'999, grace) == step::wait);
  CHECK(expiry.tick(15'000, grace) == step::end);
}

TEST_CASE("a refresh extends the token and reports whether it came after the warning") {
  token_expiry expiry;
  expiry.renew(until(1'000));
  CHECK_FALSE(expiry.renew(until(2'000)));
  CHECK(expiry.tick(1'500, grace) == step::wait);
  CHECK(expiry.tick(2'000, grace) == step::warn);
  CHECK(expiry.renew(until(90'000)));
  CHECK_FALSE(expiry.renew(until(90'000)));
  CHECK(expiry.tick(89'999, grace) == step::wait);
  CHECK(expiry.tick(90'000, grace) == step::warn);
}

TEST_CASE("the first token must arrive before its deadline") {
  token_expiry expiry;
  expiry.await_first(100, milliseconds{500});
  CHECK(*expiry.wait(100) == milliseconds{500});
  CHECK(expiry.tick(599, grace) == step::wait);
  CHECK(expiry.tick(600, grace) == step::no_token);
  token_expiry in_time;
  in_time.await_first(100, milliseconds{500});
  CHECK_FALSE(in_time.renew({}));
  CHECK(in_time.tick(600, grace) == step::wait);
}

TEST_CASE("a wait lasts at most one hour because the clock may be set") {
  token_expiry expiry;
  expiry.renew(until(9'000'000'000));
  CHECK(*expiry.wait(0) == std::chrono::hours{1});
}
