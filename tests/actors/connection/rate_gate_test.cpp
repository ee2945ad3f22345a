// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/rate_gate.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;
using namespace std::chrono_literals;

namespace {

const time_point start{1h};

struct fixture {
  std::string_view say(request_cost cost, std::string_view user = {},
                       std::string_view address = "10.0.0.1", time_point at = start) {
    return say_to(gate, cost, user, address, at);
  }
  std::string_view say_to(rate_gate& to, request_cost cost, std::string_view user,
                          std::string_view address, time_point at = start) {
    const auto peer = *parse_address(address);
    return to.check(cost, {user, peer}, rates, shared, at);
  }
  metrics probe;
  shared_rates shared{probe};
  settings::rate_settings rates;
  rate_gate gate;
};

constexpr auto message = request_cost::message;
constexpr auto join = request_cost::join;

}  // namespace

TEST_CASE("messages and joins of a connection have separate rate limits") {
  fixture it;
  it.rates.connection.messages = {10, 2};
  it.rates.connection.joins = {10, 1};
  CHECK(it.say(join).empty());
  CHECK(it.say(join) == "connection,joins");
  CHECK(it.say(message).empty());
  CHECK(it.say(message).empty());
  CHECK(it.say(message) == "connection,messages");
  CHECK(it.say(request_cost::nothing).empty());
  CHECK(it.say(message, {}, "10.0.0.1", start + 100ms).empty());
  CHECK(it.say(join, {}, "10.0.0.1", start + 100ms).empty());
}

TEST_CASE("the rate limit of a user covers all its connections and no anonymous ones") {
  fixture it;
  it.rates.user.messages = {1, 3};
  rate_gate other;
  CHECK(it.say(message, "ada").empty());
  CHECK(it.say_to(other, join, "ada", "10.0.0.2").empty());
  CHECK(it.say(message, "ada").empty());
  CHECK(it.say_to(other, message, "ada", "10.0.0.2") == "user,messages");
  CHECK(it.say_to(other, message, "bob", "10.0.0.2").empty());
  for (int i = 0; i < 10; ++i) CHECK(it.say(message).empty());
}

TEST_CASE("the rate limit of an address covers all its connections and IPv6 counts by /64") {
  fixture it;
  it.rates.address.messages = {1, 2};
  rate_gate other;
  CHECK(it.say(message, {}, "2001:db8::1").empty());
  CHECK(it.say_to(other, message, {}, "2001:db8::2").empty());
  CHECK(it.say_to(other, message, {}, "2001:db8::3") == "address,messages");
  CHECK(it.say_to(other, message, {}, "2001:db8:0:1::3").empty());
  CHECK(it.probe.value(metrics::gauge::rate_buckets) == 2);
}

TEST_CASE("without a limit per user or address no shared bucket is created") {
  fixture it;
  for (int i = 0; i < 100; ++i) CHECK(it.say(message, "ada").empty());
  CHECK(it.probe.value(metrics::gauge::rate_buckets) == 0);
}

TEST_CASE(
    "more refusals than the limit within a minute are too many and a new minute resets them") {
  rate_gate gate;
  for (int i = 0; i < 3; ++i) CHECK_FALSE(gate.count_refusal(3, start + i * 10s));
  CHECK(gate.count_refusal(3, start + 59s));
  CHECK_FALSE(gate.count_refusal(3, start + 60s));
  CHECK_FALSE(gate.count_refusal(3, start + 60s));
}

TEST_CASE("without a limit any number of refusals is allowed") {
  rate_gate gate;
  for (int i = 0; i < 10'000; ++i) REQUIRE_FALSE(gate.count_refusal(0, start));
}
