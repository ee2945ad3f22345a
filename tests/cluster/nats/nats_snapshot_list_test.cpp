// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_snapshot_list.hpp"

#include "tests/fixtures/catch.hpp"

namespace {

using namespace roost::cluster;
using list = std::vector<std::string>;

snapshot_listing rest() { return {shard_id{1}, "b", sequence{7}, {"c", "d"}}; }

}  // namespace

TEST_CASE("the rest of a listing is continued behind its last key") {
  kept_listing kept;
  kept.keep(rest());
  const auto got = kept.take(shard_id{1}, "b");
  CHECK(got.keys == list{"c", "d"});
  CHECK(got.up_to == sequence{7});
  CHECK(kept.take(shard_id{1}, "b").keys.empty());
}

TEST_CASE("another shard, another key or a new beginning lists again") {
  kept_listing kept;
  kept.keep(rest());
  CHECK(kept.take(shard_id{2}, "b").keys.empty());
  CHECK(kept.take(shard_id{1}, "a").keys.empty());
  CHECK(kept.take(shard_id{1}, "").keys.empty());
  CHECK_FALSE(kept.take(shard_id{1}, "b").keys.empty());
}
