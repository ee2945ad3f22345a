// SPDX-License-Identifier: Apache-2.0
#include "cluster/shard.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/fixtures/catch.hpp"

namespace roost::cluster {
namespace {

constexpr siphash_key key{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};

TEST_CASE("a topic has the same shard on every node and in every version") {
  // SipHash-2-4 of the empty text under this key, from its reference: 0x726fdb47dd0e0e31.
  CHECK(shard_of(key, 8, "") == shard_id{1});
  CHECK(shard_of(key, 8, "room:1") == shard_id{2});
  CHECK(shard_of(key, 8, "room:2") == shard_id{3});
  CHECK(shard_of(key, 8, "room:42") == shard_id{7});
  CHECK(shard_of(key, 3, "room:42") == shard_id{2});
  CHECK(shard_of(key, 1'024, "user:\xc3\xa4") == shard_id{118});
  CHECK(shard_of(key, 1, "room:42") == shard_id{0});
}

TEST_CASE("another key places topics elsewhere") {
  int moved = 0;
  for (int i = 0; i < 1'000; ++i) {
    const auto name = "room:" + std::to_string(i);
    if (shard_of(key, 8, name) != shard_of({1, 2}, 8, name)) ++moved;
  }
  CHECK(moved > 800);
}

TEST_CASE("topics spread evenly over the shards") {
  std::vector<int> topics(8);
  for (int i = 0; i < 8'000; ++i) ++topics[shard_of(key, 8, "room:" + std::to_string(i)).value];
  CHECK(*std::ranges::min_element(topics) > 850);
  CHECK(*std::ranges::max_element(topics) < 1'150);
}

}  // namespace
}  // namespace roost::cluster
