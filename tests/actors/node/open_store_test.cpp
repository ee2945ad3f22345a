// SPDX-License-Identifier: Apache-2.0
#include "actors/node/open_store.hpp"

#include <filesystem>
#include <string>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temporary_path.hpp"

using namespace roost;

namespace {

/// The settings of a node whose store is in a folder of its own, which is removed at the end.
struct node_with_store {
  node_with_store() { std::filesystem::remove_all(config.store.path); }
  ~node_with_store() { std::filesystem::remove_all(config.store.path); }
  node_with_store(const node_with_store&) = delete;
  node_with_store& operator=(const node_with_store&) = delete;
  result<actors::open_store> open() { return actors::open_store_of(config, probe); }

  metrics probe;
  settings config = [] {
    settings out;
    out.store.path = testing::temporary_path("open_store");
    return out;
  }();
};

}  // namespace

TEST_CASE("an empty store gets a random key, which the next start finds") {
  node_with_store it;
  const auto first = it.open()->identity;
  const auto second = it.open()->identity;
  CHECK(first.key == second.key);
  CHECK(first.key.k0 != first.key.k1);
  CHECK(second.shards == 8);
  node_with_store other;
  CHECK_FALSE(other.open()->identity.key == first.key);
}

TEST_CASE("a store with another number of shards is refused with both numbers") {
  node_with_store it;
  REQUIRE(it.open());
  it.config.cluster.shards = 9;
  const auto refused = it.open();
  REQUIRE_FALSE(refused);
  CHECK(refused.failure().code == errc::cannot_open_store);
  CHECK(refused.failure().detail ==
        it.config.store.path +
            ": cluster.shards is 9, but the store has 8 shards, which cannot be changed");
}

TEST_CASE("a store that is open is refused as locked, and can be opened when it was closed") {
  node_with_store it;
  {
    const auto first = it.open();
    REQUIRE(first);
    const auto second = it.open();
    REQUIRE_FALSE(second);
    CHECK(second.failure().code == errc::store_locked);
  }
  CHECK(it.open());
}

TEST_CASE("a metric tells whether what is stored survives a power cut") {
  node_with_store it;
  REQUIRE(it.open());
  CHECK(it.probe.value(metrics::gauge::store_synced) == 1);
  CHECK(it.probe.value(metrics::gauge::store_sync_known) == 1);
  it.config.store.sync = store_sync::interval;
  REQUIRE(it.open());
  CHECK(it.probe.value(metrics::gauge::store_synced) == 0);
}
