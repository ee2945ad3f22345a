// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/subjects.hpp"

#include <limits>
#include <string>

#include "tests/fixtures/catch.hpp"

namespace {

using roost::node_id;
using roost::cluster::shard_id;
using roost::cluster::subjects;

}  // namespace

TEST_CASE("streams and subjects have the cluster's name") {
  const auto names = *subjects::of("game-1");
  CHECK(names.log_stream(shard_id{7}) == "game-1_EV_7");
  CHECK(names.log(shard_id{7}) == "game-1.ev.7");
  CHECK(names.snapshot_stream() == "game-1_SN");
  CHECK(names.snapshots() == "game-1.sn.>");
  CHECK(names.snapshots(shard_id{7}) == "game-1.sn.7.*");
  CHECK(names.parts(shard_id{7}) == "game-1.sn.7.*.>");
  CHECK(names.snapshot(shard_id{7}, "room:1") == "game-1.sn.7.room:1");
}

TEST_CASE("a cluster's name is one token of a subject and of a stream") {
  CHECK(subjects::of(std::string(32, 'x')));
  for (const std::string name : {"", "a.b", "a b", "*", ">", "\xc3\xa4"}) {
    const auto refused = subjects::of(name);
    REQUIRE_FALSE(refused);
    CHECK(refused.failure().code == roost::errc::bad_setting);
  }
  CHECK_FALSE(subjects::of(std::string(33, 'x')));
}

TEST_CASE("a key is a part of its subject, and comes back from it") {
  const auto names = *subjects::of("c");
  for (const std::string key : {"$", "room.1-2.3", "a=20b", "A_z-9"}) {
    INFO(key);
    const auto subject = names.snapshot(shard_id{1}, key);
    REQUIRE(subject);
    CHECK(*subject == "c.sn.1." + key);
    CHECK(names.key_of(shard_id{1}, *subject) == key);
    CHECK(names.key_of(shard_id{11}, *subject) == std::nullopt);
  }
}

TEST_CASE("what is no key has no subject") {
  const auto names = *subjects::of("c");
  for (const std::string key :
       {"", " ", "a b", "*", ">", "%", "a\n", "\xc3\xa4", "..", ".", "a.", ".a", "a..b"}) {
    INFO(key);
    CHECK(names.snapshot(shard_id{1}, key) == std::nullopt);
  }
}

TEST_CASE("a node has a subject for its frames and one for its heartbeats") {
  const auto names = *subjects::of("c");
  CHECK(names.node(node_id{7}) == "c.n.7");
  CHECK(names.frames_to(node_id{7}) == "c.n.7.f");
  CHECK(names.heartbeats() == "c.hb");
  CHECK(names.heartbeats_of(node_id{7}) == "c.hb.7");
}

TEST_CASE("the sender of a heartbeat is in its subject") {
  const auto names = *subjects::of("c");
  for (const auto node :
       {std::uint64_t{0}, std::uint64_t{7}, std::numeric_limits<std::uint64_t>::max()}) {
    CHECK(names.sender_of(names.heartbeats_of(node_id{node})) == node_id{node});
  }
  for (const std::string subject : {"", "c", "c.hb", "c.hb.", "c.hb.x", "c.hb.07", "c.hb.-7",
                                    "c.hb.7x", "c.hb.7.8", "d.hb.7", "c.hb.18446744073709551616"}) {
    INFO(subject);
    CHECK(names.sender_of(subject) == std::nullopt);
  }
}
