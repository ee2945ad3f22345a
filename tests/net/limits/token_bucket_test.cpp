// SPDX-License-Identifier: Apache-2.0
#include "net/limits/token_bucket.hpp"

#include <random>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace std::chrono_literals;
using net::limits::token_bucket;

namespace {

const time_point start{1h};

int taken(token_bucket& bucket, const rate_limit& limit, time_point at, int tries) {
  int out = 0;
  for (int i = 0; i < tries; ++i) out += bucket.take(limit, at) ? 1 : 0;
  return out;
}

}  // namespace

TEST_CASE("a new bucket gives its burst at once and then refills with time") {
  token_bucket bucket;
  const rate_limit limit{10, 25};
  CHECK(taken(bucket, limit, start, 100) == 25);
  CHECK_FALSE(bucket.take(limit, start + 99ms));
  CHECK(bucket.take(limit, start + 100ms));
  CHECK_FALSE(bucket.take(limit, start + 199ms));
  CHECK(taken(bucket, limit, start + 1h, 100) == 25);
}

TEST_CASE("a rate of 0 means no limit") {
  token_bucket bucket;
  CHECK(taken(bucket, {0, 0}, start, 1'000) == 1'000);
  CHECK(bucket.ready_in({0, 0}, start).count() == 0);
  CHECK(bucket.is_full({0, 0}, start));
}

TEST_CASE("rounding neither loses nor adds tokens at any rate") {
  for (const std::uint32_t per_second : {1U, 3U, 7U, 999'983U, 1'000'000U}) {
    token_bucket bucket;
    const rate_limit limit{per_second, 5};
    std::mt19937_64 dice{per_second};
    std::uint64_t got = 0;
    auto now = start;
    // Take all tokens at each step, so that the bucket is never full.
    const auto step = 1'000'000'000 / per_second + 1;
    while (got < 20'000) {
      while (bucket.take(limit, now)) ++got;
      now += std::chrono::nanoseconds{1 + dice() % step};
    }
    const auto passed = static_cast<std::uint64_t>((now - start).count());
    const auto grown = static_cast<long double>(passed) * per_second / 1e9L;
    CHECK(static_cast<long double>(got) <= grown + 5);
    CHECK(static_cast<long double>(got) >= grown + 5 - 3);
  }
}

TEST_CASE("a bucket gives the time until its next token to the nanosecond") {
  token_bucket bucket;
  const rate_limit limit{3, 1};
  REQUIRE(bucket.take(limit, start));
  const auto wait = bucket.ready_in(limit, start);
  CHECK(wait == 333'333'334ns);
  CHECK_FALSE(bucket.take(limit, start + wait - 1ns));
  CHECK(bucket.take(limit, start + wait));
}

TEST_CASE("a charge may put a bucket in debt that time pays back") {
  token_bucket bucket;
  const rate_limit limit{1'000, 500};
  bucket.charge(limit, start, 400);
  CHECK(bucket.ready_in(limit, start, 0).count() == 0);
  bucket.charge(limit, start, 600);
  CHECK(bucket.ready_in(limit, start, 0) == 500ms);
  CHECK(bucket.ready_in(limit, start + 500ms, 0).count() == 0);
  CHECK_FALSE(bucket.is_full(limit, start + 999ms));
  CHECK(bucket.is_full(limit, start + 1s));
}

TEST_CASE("the highest rate and the longest pause do not overflow") {
  token_bucket bucket;
  const rate_limit limit{1U << 30, 1U << 30};
  bucket.charge(limit, start, 1U << 30);
  bucket.charge(limit, start, 1U << 30);
  CHECK(bucket.ready_in(limit, start, 0) == 1s);
  CHECK(bucket.is_full(limit, start + 24h * 365 * 200));
  CHECK(bucket.take(limit, start + 24h * 365 * 200, 1U << 30));
}

TEST_CASE("tokens taken before a reload stay taken") {
  token_bucket bucket;
  CHECK(taken(bucket, {10, 100}, start, 60) == 60);
  CHECK_FALSE(bucket.take({10, 50}, start));
  CHECK(bucket.take({10, 61}, start));
}

TEST_CASE("a clock that goes backwards returns no tokens") {
  token_bucket bucket;
  const rate_limit limit{1, 1};
  REQUIRE(bucket.take(limit, start + 1s));
  CHECK_FALSE(bucket.take(limit, start));
  CHECK_FALSE(bucket.take(limit, start + 1999ms));
  CHECK(bucket.take(limit, start + 2s));
}
