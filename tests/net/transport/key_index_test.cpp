// SPDX-License-Identifier: Apache-2.0
#include "net/transport/key_index.hpp"

#include <map>
#include <random>

#include "tests/fixtures/catch.hpp"

namespace {

using roost::net::key_index;

constexpr auto any = [](std::uint32_t) { return true; };

}  // namespace

TEST_CASE("an entry is found until its sequence is before the first queued sequence") {
  key_index it;
  CHECK(it.find(7, 0, any) == nullptr);
  it.add(7, 10, 10);
  REQUIRE(it.find(7, 10, any));
  CHECK(it.find(7, 10, any)->sequence == 10);
  CHECK(it.find(8, 10, any) == nullptr);
  CHECK(it.find(7, 11, any) == nullptr);
}

TEST_CASE("the predicate distinguishes entries with the same hash") {
  key_index it;
  for (std::uint32_t sequence = 0; sequence < 100; ++sequence) it.add(5, sequence, 0);
  for (std::uint32_t sequence = 0; sequence < 100; ++sequence) {
    const auto* found = it.find(5, 0, [&](std::uint32_t p) { return p == sequence; });
    REQUIRE(found);
    CHECK(found->sequence == sequence);
  }
  CHECK(it.find(5, 0, [](std::uint32_t) { return false; }) == nullptr);
}

TEST_CASE("keys that are added and removed forever need no more slots") {
  key_index it;
  const std::uint32_t begin = 0xffff'ff00U;  // places wrap around
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    it.add(1 + i % 3, begin + i, begin + i);
    REQUIRE(it.find(1 + i % 3, begin + i, any));
  }
  CHECK(it.capacity() <= 16);
}

TEST_CASE("an index behaves like a model for random additions and removals") {
  std::mt19937 random(11);
  for (int round = 0; round < 20; ++round) {
    key_index it;
    std::map<std::uint32_t, std::uint32_t> model;  // sequence -> hash
    std::uint32_t first = 0;
    std::uint32_t next = 0;
    for (int step = 0; step < 3'000; ++step) {
      if (random() % 5 < 3) {
        const auto hash = 1 + static_cast<std::uint32_t>(random() % 200);
        it.add(hash, next, first);
        model[next++] = hash;
      } else if (first < next) {
        model.erase(first++);
      }
      const auto hash = 1 + static_cast<std::uint32_t>(random() % 200);
      std::size_t seen = 0;
      it.find(hash, first, [&](std::uint32_t sequence) {
        REQUIRE(model.at(sequence) == hash);
        ++seen;
        return false;
      });
      std::size_t expected = 0;
      for (const auto& each : model) expected += each.second == hash ? 1 : 0;
      REQUIRE(seen == expected);
    }
    it.clear();
    CHECK(it.capacity() == 0);
  }
}
