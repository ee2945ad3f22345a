#include "actors/connection/token_clock.hpp"

#include <chrono>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;
using step = token_clock::step;

namespace {

constexpr milliseconds grace{10'000};

net::auth::token_claims until(std::int64_t ms) {
  net::auth::token_claims out;
  out.expires_ms = ms;
  return out;
}

}  // namespace

TEST_CASE("a token without an end is never over") {
  token_clock clock;
  CHECK_FALSE(clock.wait(0));
  CHECK_FALSE(clock.renew({}));
  CHECK_FALSE(clock.wait(0));
  CHECK(clock.tick(9'000'000'000'000, grace) == step::wait);
}

TEST_CASE("a token that is over is warned of once, and ends after the grace") {
  token_clock clock;
  CHECK_FALSE(clock.renew(until(1'000)));
  CHECK(*clock.wait(400) == milliseconds{600});
  CHECK(clock.tick(999, grace) == step::wait);
  CHECK(clock.tick(1'000, grace) == step::warn);
  CHECK(clock.tick(1'000, grace) == step::wait);
  CHECK(*clock.wait(1'500) == milliseconds{9'500});
  CHECK(clock.tick(10'999, grace) == step::wait);
  CHECK(clock.tick(11'000, grace) == step::end);
  CHECK(clock.tick(20'000, grace) == step::wait);
  CHECK_FALSE(clock.wait(20'000));
}

TEST_CASE("the grace is counted from the warning, however late that is") {
  token_clock clock;
  clock.renew(until(1'000));
  CHECK(*clock.wait(5'000) == milliseconds{0});
  CHECK(clock.tick(5'000, grace) == step::warn);
  CHECK(clock.tick(14'999, grace) == step::wait);
  CHECK(clock.tick(15'000, grace) == step::end);
}

TEST_CASE("a refresh prolongs, and says whether it came after the warning") {
  token_clock clock;
  clock.renew(until(1'000));
  CHECK_FALSE(clock.renew(until(2'000)));
  CHECK(clock.tick(1'500, grace) == step::wait);
  CHECK(clock.tick(2'000, grace) == step::warn);
  CHECK(clock.renew(until(90'000)));
  CHECK_FALSE(clock.renew(until(90'000)));
  CHECK(clock.tick(89'999, grace) == step::wait);
  CHECK(clock.tick(90'000, grace) == step::warn);
}

TEST_CASE("the first token must come in time") {
  token_clock clock;
  clock.await_first(100, milliseconds{500});
  CHECK(*clock.wait(100) == milliseconds{500});
  CHECK(clock.tick(599, grace) == step::wait);
  CHECK(clock.tick(600, grace) == step::no_token);
  token_clock in_time;
  in_time.await_first(100, milliseconds{500});
  CHECK_FALSE(in_time.renew({}));
  CHECK(in_time.tick(600, grace) == step::wait);
}

TEST_CASE("nobody waits for longer than an hour: the clock may be set") {
  token_clock clock;
  clock.renew(until(9'000'000'000));
  CHECK(*clock.wait(0) == std::chrono::hours{1});
}
