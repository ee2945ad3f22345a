// SPDX-License-Identifier: Apache-2.0
#include "cluster/identity/identify.hpp"

#include <optional>
#include <string>

#include "cluster/wire/log_codec.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/memory_snapshot_store.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;

std::string bytes_of(const store_identity& identity) {
  wire::byte_writer out;
  wire::encode(identity, out);
  return std::string(out.view());
}

void put(snapshot_store& into, const std::string& message) {
  into.put(shard_id{0}, std::string(identity_key), sequence{0}, slice::of(bytes_ptr::copy(message)),
           [](const auto&) {});
}

result<bool> is_unused() { return false; }
result<bool> is_used() { return true; }

const store_identity own{1, 4, {5, 6}, "c"};

/// Why a store with this identity is refused; empty: it is not.
std::string refusal_of(const store_identity& stored, const proposed_identity& wanted = {own}) {
  tests::memory_snapshot_store snapshots;
  put(snapshots, bytes_of(stored));
  const auto got = identify(snapshots, wanted, is_used);
  if (!got) CHECK(got.failure().code == errc::cannot_open_store);
  return got ? "" : got.failure().detail;
}

/// Another node stores its identity right before this one, or this one gets no answer.
class raced_store final : public snapshot_store {
 public:
  explicit raced_store(std::optional<store_identity> first) : first_(std::move(first)) {}
  void put(shard_id shard, std::string key, sequence expected, slice message,
           callback<write_result> done) override {
    if (first_) {
      all_.put(shard, key, sequence{0}, slice::of(bytes_ptr::copy(bytes_of(*first_))),
               [](const auto&) {});
      return all_.put(shard, key, expected, std::move(message), std::move(done));
    }
    all_.put(shard, key, expected, std::move(message), [](const auto&) {});
    done({write_outcome::unknown, {}, "no answer"});
  }
  void get(shard_id shard, std::vector<std::string> keys,
           callback<result<snapshot_page>> done) override {
    all_.get(shard, std::move(keys), std::move(done));
  }
  void list(shard_id, std::string, std::size_t, std::size_t,
            callback<result<snapshot_page>>) override {}
  void remove(shard_id, std::string, sequence, callback<write_result>) override {}
  void list_parts(shard_id, std::string, std::size_t, callback<result<snapshot_page>>) override {}
  void put_part(shard_id, std::string, slice, callback<write_result>) override {}
  void remove_parts(shard_id, std::string, sequence, callback<write_result>) override {}
  std::size_t message_bytes_max() const override { return all_.message_bytes_max(); }

 private:
  const std::optional<store_identity> first_;
  tests::memory_snapshot_store all_;
};

}  // namespace

TEST_CASE("an empty store gets the identity of the first node, and the next one reads it") {
  tests::memory_snapshot_store snapshots;
  const auto first = identify(snapshots, {own}, is_unused);
  REQUIRE(first);
  CHECK(first->key == own.key);
  const auto second = identify(snapshots, {{1, 4, {7, 8}, "c"}}, is_used);
  REQUIRE(second);
  CHECK(second->key == own.key);
  CHECK(second->cluster == "c");
}

TEST_CASE("another number of shards is refused with both numbers") {
  CHECK(refusal_of({1, 4, {7, 8}, "c"}).empty());
  CHECK(refusal_of({1, 3, {7, 8}, "c"}) ==
        "cluster.shards is 4, but the store has 3 shards, which cannot be changed");
}

TEST_CASE("another cluster is refused with both names, unless the name is left open") {
  CHECK(refusal_of({1, 4, {7, 8}, "d"}) == "cluster.name is c, but the store is of the cluster d");
  CHECK(refusal_of({1, 4, {7, 8}}) ==
        "cluster.name is c, but the store is of a node without a cluster");
  CHECK(refusal_of({1, 4, {7, 8}, "d"}, {{1, 4, {5, 6}}}).empty());
}

TEST_CASE("another hash key is refused only if the node already knows the right one") {
  CHECK(refusal_of({1, 4, {7, 8}, "c"}).empty());
  CHECK(refusal_of(own, {own, true}).empty());
  const auto refused = refusal_of({1, 4, {7, 8}, "c"}, {own, true});
  CHECK(refused.starts_with("the store has another hash key (fingerprint "));
  // Both are named, and they are not the same.
  CHECK(refused.size() == std::string("the store has another hash key (fingerprint ) than this "
                                      "node ()")
                                  .size() +
                              32);
  const auto reversed = refusal_of(own, {{1, 4, {7, 8}, "c"}, true});
  CHECK(refused != reversed);
}

TEST_CASE("messages of a version that this node cannot read are refused with both versions") {
  CHECK(refusal_of({2, 4, {7, 8}, "c"}) ==
        "the store has messages of version 2, but this node reads versions 1 to 1");
  CHECK_FALSE(refusal_of({0, 4, {7, 8}, "c"}).empty());
}

TEST_CASE("logs without an identity are refused, because a new key would hide their rooms") {
  tests::memory_snapshot_store snapshots;
  const auto refused = identify(snapshots, {own}, is_used);
  REQUIRE_FALSE(refused);
  CHECK(refused.failure().detail == "it has stored rooms, but its identity is missing");
  CHECK(snapshots.last() == sequence{0});
}

TEST_CASE("logs whose identity another node has just stored are not refused") {
  tests::memory_snapshot_store snapshots;
  const auto got = identify(snapshots, {own}, [&]() -> result<bool> {
    put(snapshots, bytes_of({1, 4, {7, 8}, "c"}));
    return true;
  });
  REQUIRE(got);
  CHECK(got->key == siphash_key{7, 8});
}

TEST_CASE("a store that cannot say whether it has logs gets no identity") {
  tests::memory_snapshot_store snapshots;
  const auto got = identify(snapshots, {own}, []() -> result<bool> {
    return error{errc::unavailable, "no answer in time"};
  });
  REQUIRE_FALSE(got);
  CHECK(got.failure().detail == "no answer in time");
  CHECK(snapshots.last() == sequence{0});
}

TEST_CASE("an identity that cannot be read, or is of a newer version, is refused") {
  auto bytes = bytes_of(own);
  const auto why = [&] {
    tests::memory_snapshot_store snapshots;
    put(snapshots, bytes);
    const auto got = identify(snapshots, {own}, is_used);
    return got ? "" : got.failure().detail;
  };
  CHECK(why().empty());
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  CHECK(why() == "its identity cannot be read: malformed");
  bytes[1] = 2;
  CHECK(why() == "its identity cannot be read: future");
}

TEST_CASE("of two nodes that begin an empty store, the later one takes the identity of the first") {
  raced_store snapshots(store_identity{1, 4, {7, 8}, "c"});
  const auto got = identify(snapshots, {own}, is_unused);
  REQUIRE(got);
  CHECK(got->key == siphash_key{7, 8});
  raced_store other(store_identity{1, 5, {7, 8}, "c"});
  CHECK_FALSE(identify(other, {own}, is_unused));
}

TEST_CASE("an identity whose write had no answer is read again") {
  raced_store snapshots({});
  const auto got = identify(snapshots, {own}, is_unused);
  REQUIRE(got);
  CHECK(got->key == own.key);
}

TEST_CASE("a node that serves compares the identity that it knows with the stored one") {
  const auto slice_of = [](const store_identity& each) {
    return slice::of(bytes_ptr::copy(bytes_of(each)));
  };
  CHECK(compare_identity(own, slice_of(own)).state == identity_state::same);
  CHECK(compare_identity(own, {}).state == identity_state::missing);
  for (const auto& other : {store_identity{1, 4, {7, 8}, "c"}, store_identity{1, 5, {5, 6}, "c"},
                            store_identity{1, 4, {5, 6}, "d"}}) {
    const auto found = compare_identity(own, slice_of(other));
    CHECK(found.state == identity_state::changed);
    CHECK_FALSE(found.why.empty());
  }
  const auto damaged = slice::of(bytes_ptr::copy("damaged"));
  CHECK(compare_identity(own, damaged).state == identity_state::changed);
}
