// SPDX-License-Identifier: Apache-2.0
#include "actors/room/new_epoch.hpp"

#include <algorithm>
#include <set>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

TEST_CASE("the epochs of a room that crashes increase within its ownership") {
  const auto first = make_epoch({});
  CHECK(first.number > epoch{0});
  auto last = first.number;
  for (int i = 0; i < 1'000; ++i) {
    const auto next = make_epoch(last);
    REQUIRE(next.number > last);
    last = next.number;
  }
  CHECK(make_epoch(epoch{7, 2}).number == epoch{7, 3});
}

TEST_CASE("the text of an epoch is twelve letters and digits and does not repeat") {
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) {
    const auto text = make_epoch({}).text;
    REQUIRE(text.size() == 12);
    REQUIRE(std::all_of(text.begin(), text.end(),
                        [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }));
    REQUIRE(seen.insert(text).second);
  }
}
