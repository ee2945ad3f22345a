// SPDX-License-Identifier: Apache-2.0
#include "actors/room/idempotency.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

position at(std::uint64_t number) { return {"e", offset{number}}; }
time_point after_ms(int ms) { return time_point{} + milliseconds{ms}; }

idempotency::scope of(std::string_view user) { return {user}; }

constexpr int window_ms = static_cast<int>(idempotency::window_min.count());

/// The memory charged for one short user name and one short value.
std::size_t bytes_of_one() {
  idempotency one{10'000};
  one.remember(of("u"), "a", at(1), after_ms(0));
  return one.bytes();
}
const std::size_t one_entry = bytes_of_one();

}  // namespace

TEST_CASE("a key that was seen is found with its first position") {
  idempotency seen{10'000};
  CHECK_FALSE(seen.find(of("u"), "a"));
  seen.remember(of("u"), "a", at(4), after_ms(0));
  REQUIRE(seen.find(of("u"), "a"));
  CHECK(seen.find(of("u"), "a")->at == offset{4});
  seen.remember(of("u"), "a", at(5), after_ms(1));
  CHECK(seen.find(of("u"), "a")->at == offset{4});
  CHECK(seen.find(of("u"), "a")->epoch == "e");
  CHECK(seen.size() == 1);
}

TEST_CASE("keys of different users never collide") {
  idempotency seen{10'000};
  seen.remember(of("ab"), "c", at(1), after_ms(0));
  CHECK_FALSE(seen.find(of("a"), "bc"));
  CHECK_FALSE(seen.find(of("abc"), ""));
  CHECK_FALSE(seen.find(of(""), "2:abc"));
  CHECK_FALSE(seen.find(of("x"), "c"));
  CHECK(seen.find(of("ab"), "c"));
}

TEST_CASE("a key of the API never collides with a key of a member") {
  idempotency seen{10'000};
  const idempotency::scope api{"", true};
  for (const auto* user : {"", "api", "u"}) seen.remember(of(user), "order-17", at(1), after_ms(0));
  CHECK_FALSE(seen.find(api, "order-17"));
  seen.remember(api, "order-18", at(2), after_ms(0));
  for (const auto* user : {"", "api", "u"}) CHECK_FALSE(seen.find(of(user), "order-18"));
  CHECK(seen.find(api, "order-18")->at == offset{2});
}

TEST_CASE("a key is kept for the window even if its event is not held") {
  idempotency seen{10'000};
  seen.remember(of("u"), "a", at(1), after_ms(0));
  seen.trim(after_ms(window_ms - 1), offset{100});
  CHECK(seen.find(of("u"), "a"));
  seen.trim(after_ms(window_ms), offset{100});
  CHECK_FALSE(seen.find(of("u"), "a"));
  CHECK(seen.bytes() == 0);
}

TEST_CASE("a key is kept while its event is held at any age") {
  idempotency seen{10'000};
  seen.remember(of("u"), "a", at(1), after_ms(0));
  seen.remember(of("u"), "b", at(2), after_ms(0));
  seen.trim(after_ms(10 * window_ms), offset{1});
  CHECK(seen.size() == 2);
  seen.trim(after_ms(10 * window_ms), offset{2});
  CHECK_FALSE(seen.find(of("u"), "a"));
  CHECK(seen.find(of("u"), "b"));
}

TEST_CASE("above the byte limit the oldest key is evicted at any age") {
  idempotency seen{3 * one_entry};
  for (std::uint64_t i = 1; i <= 5; ++i) {
    seen.remember(of("u"), std::to_string(i), at(i), after_ms(0));
    CHECK(seen.bytes() <= 3 * one_entry);
  }
  CHECK(seen.size() == 3);
  CHECK_FALSE(seen.find(of("u"), "2"));
  CHECK(seen.find(of("u"), "3"));
  CHECK(seen.find(of("u"), "5"));
}

TEST_CASE("the next expiry is that of the oldest key unless its event is held") {
  idempotency seen{10'000};
  CHECK_FALSE(seen.next_due(offset{1}));
  seen.remember(of("u"), "a", at(4), after_ms(10));
  CHECK_FALSE(seen.next_due(offset{4}));
  CHECK(seen.next_due(offset{5}) == after_ms(10 + window_ms));
}

TEST_CASE("shrinking evicts the oldest keys and no more than necessary") {
  idempotency seen{10 * one_entry};
  for (std::uint64_t i = 1; i <= 5; ++i)
    seen.remember(of("u"), std::to_string(i), at(i), after_ms(0));
  seen.shrink(2 * one_entry + 1);
  CHECK(seen.size() == 2);
  CHECK(seen.find(of("u"), "5"));
  CHECK_FALSE(seen.find(of("u"), "3"));
}

TEST_CASE("a key larger than the byte limit is not kept") {
  idempotency seen{200};
  seen.remember(of("u"), std::string(200, 'x'), at(1), after_ms(0));
  CHECK(seen.size() == 0);
  CHECK(seen.bytes() == 0);
}

TEST_CASE("each of many keys is found right after it was added") {
  idempotency seen{100 * one_entry};
  for (std::uint64_t i = 100; i < 1000; ++i) {
    // Mix short and long values, because std::string stores them differently.
    const auto value = std::to_string(i) + std::string(i % 2 ? 0 : 40, 'v');
    seen.remember(of("u"), value, at(i), after_ms(0));
    REQUIRE(seen.find(of("u"), value));
    CHECK(seen.find(of("u"), value)->at == offset{i});
  }
  auto moved = std::move(seen);
  CHECK(moved.find(of("u"), "999"));
  CHECK_FALSE(moved.find(of("u"), "101"));
}
