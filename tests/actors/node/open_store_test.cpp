// SPDX-License-Identifier: Apache-2.0
#include "actors/node/open_store.hpp"

#include <filesystem>
#include <string>

#include "cluster/wire/log_codec.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/memory_log_store.hpp"
#include "tests/fixtures/memory_snapshot_store.hpp"
#include "tests/fixtures/temporary_path.hpp"

using namespace roost;
using actors::identify;
using cluster::sequence;
using cluster::shard_id;
using cluster::store_identity;

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

std::string bytes_of(const store_identity& identity) {
  cluster::wire::byte_writer out;
  cluster::wire::encode(identity, out);
  return std::string(out.view());
}

void put(cluster::snapshot_store& into, const std::string& message) {
  into.put(shard_id{0}, std::string(cluster::identity_key), sequence{0},
           slice::of(bytes_ptr::copy(message)), [](const auto&) {});
}

constexpr store_identity own{1, 4, {5, 6}};

/// Another node stores its identity right before this one.
class raced_store final : public cluster::snapshot_store {
 public:
  void put(shard_id shard, std::string key, sequence expected, slice message,
           callback<cluster::write_result> done) override {
    all_.put(shard, key, sequence{0}, slice::of(bytes_ptr::copy(bytes_of({1, 4, {7, 8}}))),
             [](const auto&) {});
    all_.put(shard, key, expected, std::move(message), std::move(done));
  }
  void get(shard_id shard, std::vector<std::string> keys,
           callback<result<cluster::snapshot_page>> done) override {
    all_.get(shard, std::move(keys), std::move(done));
  }
  void list(shard_id, std::string, std::size_t, std::size_t,
            callback<result<cluster::snapshot_page>>) override {}
  void remove(shard_id, std::string, sequence, callback<cluster::write_result>) override {}
  void list_parts(shard_id, std::string, std::size_t,
                  callback<result<cluster::snapshot_page>>) override {}
  void put_part(shard_id, std::string, slice, callback<cluster::write_result>) override {}
  void remove_parts(shard_id, std::string, sequence, callback<cluster::write_result>) override {}
  std::size_t message_bytes_max() const override { return all_.message_bytes_max(); }

 private:
  tests::memory_snapshot_store all_;
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
  it.config.store.sync = store_sync::interval;
  REQUIRE(it.open());
  CHECK(it.probe.value(metrics::gauge::store_synced) == 0);
}

TEST_CASE("logs without an identity are refused, because a new key would hide their rooms") {
  tests::memory_log_store log;
  tests::memory_snapshot_store snapshots;
  log.append(shard_id{3}, sequence{0}, slice::of(bytes_ptr::copy("x")), [](const auto&) {});
  const auto refused = identify(log, snapshots, own);
  REQUIRE_FALSE(refused);
  CHECK(refused.failure().detail == "it has stored rooms, but its identity is missing");
}

TEST_CASE("an identity that cannot be read, or is of a newer version, is refused") {
  tests::memory_log_store log;
  auto bytes = bytes_of(own);
  const auto why = [&] {
    tests::memory_snapshot_store snapshots;
    put(snapshots, bytes);
    const auto got = identify(log, snapshots, own);
    return got ? "" : got.failure().detail;
  };
  CHECK(why().empty());
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  CHECK(why() == "its identity cannot be read: malformed");
  bytes[1] = 2;
  CHECK(why() == "its identity cannot be read: future");
}

TEST_CASE("of two nodes that begin an empty store, the later one takes the identity of the first") {
  tests::memory_log_store log;
  raced_store snapshots;
  const auto got = identify(log, snapshots, own);
  REQUIRE(got);
  CHECK(got->key == siphash_key{7, 8});
}
