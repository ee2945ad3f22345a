// SPDX-License-Identifier: Apache-2.0
#include "cluster/links/unverified_events.hpp"

#include <string>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

namespace {

outgoing_envelope of_shard(std::uint32_t shard, std::size_t size = 1) {
  return {{node_id{1}, node_id{2}},
          slice::of(bytes_ptr::copy(std::string(size, 'x'))),
          shard_id{shard}};
}

}  // namespace

TEST_CASE("envelopes of a held shard are kept in order until it is released") {
  unverified_events held(10'000);
  CHECK_FALSE(held.holds(of_shard(1)));
  held.hold(shard_id{1});
  CHECK(held.holds(of_shard(1)));
  CHECK_FALSE(held.holds(of_shard(2)));
  CHECK_FALSE(held.holds({{node_id{1}}, {}, {}}));
  CHECK(held.keep(of_shard(1, 5)));
  CHECK(held.keep(of_shard(1, 6)));
  CHECK(held.shards() == std::vector{shard_id{1}});
  const auto released = held.release(shard_id{1});
  REQUIRE(released.size() == 2);
  CHECK(released[0].data.size == 5);
  CHECK(released[1].data.size == 6);
  CHECK_FALSE(held.holds(of_shard(1)));
  CHECK(held.release(shard_id{1}).empty());
}

TEST_CASE("envelopes above the bound are not kept, until others were released") {
  unverified_events held(10'000);
  held.hold(shard_id{1});
  held.hold(shard_id{2});
  CHECK(held.keep(of_shard(1, 6'000)));
  CHECK_FALSE(held.keep(of_shard(2, 6'000)));
  CHECK(held.release(shard_id{1}).size() == 1);
  CHECK(held.keep(of_shard(2, 6'000)));
}

TEST_CASE("after a break nothing that was kept goes to that node") {
  unverified_events held(10'000);
  held.hold(shard_id{1});
  CHECK(held.keep(of_shard(1)));
  held.forget(node_id{1});
  CHECK(held.release(shard_id{1}).front().to == std::vector{node_id{2}});
}
