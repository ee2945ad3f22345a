// SPDX-License-Identifier: Apache-2.0
#include "actors/node/node_cluster.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "cluster/view/heartbeat_codec.hpp"
#include "cluster/wire/log_codec.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/memory_log_store.hpp"
#include "tests/fixtures/memory_snapshot_store.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;

namespace {

constexpr std::uint32_t shards = 3;

/// A network with one node, which hears itself while the network is not away.
class lone_network final : public cluster::node_network {
 public:
  /// `asked`: how often the links have asked whether it is writable.
  lone_network(cluster::network_handler& handler, net::loop& home, std::atomic<unsigned>& asked,
               std::optional<cluster::heartbeat> rival, const std::atomic<bool>& is_away)
      : handler_(handler),
        home_(home),
        asked_(asked),
        rival_(std::move(rival)),
        is_away_(is_away) {}
  void publish_heartbeat(const slice& heartbeat) override {
    if (is_away_) return;
    if (rival_) {
      ++rival_->number;
      cluster::wire::byte_writer out;
      REQUIRE(cluster::encode(*rival_, out));
      hear(out.take());
    }
    hear(heartbeat);
  }
  bool is_writable() const override {
    ++asked_;
    return true;
  }
  bool send_frame(node_id, const slice&) override { return false; }

 private:
  void hear(const slice& heartbeat) {
    home_.post([this, heartbeat] { handler_.heartbeat_arrived(heartbeat, home_.now()); });
  }

  cluster::network_handler& handler_;
  net::loop& home_;
  std::atomic<unsigned>& asked_;
  std::optional<cluster::heartbeat> rival_;
  const std::atomic<bool>& is_away_;
};

/// A node that is alone in its cluster.
struct cluster_fixture {
  /// `rival`: the heartbeat of another node, which is heard with each of this one.
  explicit cluster_fixture(std::optional<cluster::heartbeat> with_rival = {})
      : rival(std::move(with_rival)) {
    loops.start();
  }
  ~cluster_fixture() {
    node.end();
    loops.stop();
  }
  node_dependencies parts() {
    node_dependencies out;
    out.self = node_id{7};
    out.store.emplace(node_store{log, snapshots, {1, 2}, shards});
    cluster_parts in;
    in.network = [this](cluster::network_handler& heard) {
      handler = &heard;
      return std::make_unique<lone_network>(heard, loops.at(0), asked, rival, is_away);
    };
    in.name = "a";
    in.version = "1";
    in.times = {milliseconds(20), milliseconds(80), milliseconds(2'000)};
    in.ask_identity = [this](std::function<void(cluster::identity_finding)> done) {
      const std::lock_guard guard(lock);
      ++questions;
      done(finding);
    };
    out.cluster = std::move(in);
    return out;
  }
  std::size_t owned() {
    const auto& owners = node.cluster()->links().node().owners();
    std::size_t out = 0;
    for (std::uint32_t k = 0; k < shards; ++k) out += owners.is_mine(cluster::shard_id{k}) ? 1 : 0;
    return out;
  }
  /// Another node takes shard 1; returns its ownership.
  std::uint64_t append_marker_of_another() {
    cluster::log_entry marker;
    marker.log = {1, 1};
    marker.node = node_id{9};
    marker.ownership = ~std::uint64_t{0} / 2;
    marker.number = 1;
    marker.body = cluster::log_entries::marker{"other"};
    cluster::wire::byte_writer out;
    REQUIRE(cluster::wire::encode(marker, out));
    log.append(cluster::shard_id{1}, cluster::sequence{1}, out.take(),
               [](const auto& result) { CHECK(result.outcome == cluster::write_outcome::stored); });
    return marker.ownership;
  }
  void await_owned(std::size_t count) {
    loops.wait_until(0, [&] { return owned() == count; });
  }

  running_loops loops{2};
  settings_store config{quiet()};
  metrics probe;
  memory_log_store log;
  memory_snapshot_store snapshots;
  cluster::network_handler* handler = nullptr;
  std::atomic<unsigned> asked{0};
  std::optional<cluster::heartbeat> rival;
  /// The store's answer to each question.
  void answer(cluster::identity_finding next) {
    const std::lock_guard guard(lock);
    finding = std::move(next);
  }
  std::mutex lock;
  cluster::identity_finding finding{cluster::identity_state::same, {}};
  std::atomic<unsigned> questions{0};
  std::atomic<bool> is_away{false};
  actors::node node{config, loops.all(), probe, parts()};
};

}  // namespace

TEST_CASE("a node that is alone in its cluster takes every shard") {
  cluster_fixture test;
  test.await_owned(shards);
  for (std::uint32_t k = 0; k < shards; ++k) {
    test.log.read_state(cluster::shard_id{k},
                        [](const auto& state) { CHECK(state->last == cluster::sequence{1}); });
  }
}

TEST_CASE("a node drops its shards when their logs show another owner after a broken connection") {
  cluster_fixture test;
  test.await_owned(shards);
  test.loops.on(0, [&] { test.handler->connection_lost(); });
  const auto taken = test.append_marker_of_another();
  test.loops.on(0, [&] { test.handler->connection_back(); });
  // The other owner is not up, so the shard is taken again, above that ownership.
  test.loops.wait_until(0, [&] {
    const auto& owners = test.node.cluster()->links().node().owners();
    return owners.of(cluster::shard_id{1}).ownership > taken;
  });
  test.await_owned(shards);
}

TEST_CASE("no log is looked into after a break until the cluster is known to be the same") {
  cluster_fixture test;
  test.await_owned(shards);
  const auto ownership = [&] {
    return test.node.cluster()->links().node().owners().of(cluster::shard_id{1}).ownership;
  };
  std::uint64_t before = 0;
  test.loops.on(0, [&] {
    before = ownership();
    test.answer({cluster::identity_state::unknown, "no answer"});
    test.handler->connection_lost();
  });
  const auto taken = test.append_marker_of_another();
  test.loops.on(0, [&] { test.handler->connection_back(); });
  test.loops.wait_until(0, [&] { return test.questions >= 3; });
  test.loops.on(0, [&] { CHECK(ownership() == before); });
  CHECK_FALSE(test.node.cluster()->why_to_end());
  test.answer({cluster::identity_state::same, {}});
  test.loops.wait_until(0, [&] { return ownership() > taken; });
  test.await_owned(shards);
  CHECK(test.probe.value(metrics::counter::cluster_identity_checks) >= 4);
}

TEST_CASE("a node must end if the store has another cluster after a break") {
  cluster_fixture test;
  test.await_owned(shards);
  test.answer({cluster::identity_state::changed, "the store has another hash key"});
  test.loops.on(0, [&] {
    test.handler->connection_lost();
    test.handler->connection_back();
  });
  test.loops.wait_until(0, [&] { return test.node.cluster()->why_to_end().has_value(); });
  CHECK(test.node.cluster()->why_to_end() ==
        "is not the one that this node began with: the store has another hash key");
}

TEST_CASE("a node must end if another one holds its name, and both are named") {
  cluster::heartbeat rival;
  rival.node = node_id{5};
  rival.state = cluster::node_state::up;
  rival.name = "a";
  rival.version = "2";
  cluster_fixture test(rival);
  test.loops.wait_until(0, [&] { return test.node.cluster()->why_to_end().has_value(); });
  CHECK(test.node.cluster()->why_to_end() ==
        "has another node with the name a: the node with the id 5 and the version 2 goes on, and "
        "this one with the id 7 ends; set node.name");
}

TEST_CASE("a node reports its part in the cluster to the metrics") {
  cluster_fixture test;
  test.await_owned(shards);
  test.loops.wait_until(0, [&] {
    return test.probe.value(metrics::gauge::cluster_up) == 1 &&
           test.probe.value(metrics::gauge::cluster_nodes) == 1 &&
           test.probe.value(metrics::gauge::shards_owned) == shards;
  });
  CHECK(test.probe.value(metrics::counter::shards_taken) == shards);
}

TEST_CASE("a node takes a shard above a greater ownership whose marker is not in the log") {
  cluster_fixture test;
  test.await_owned(shards);
  cluster::heartbeat heard;
  heard.node = node_id{9};
  heard.number = 1;
  heard.state = cluster::node_state::up;
  heard.name = "b";
  heard.version = "1";
  heard.owned = {{cluster::shard_id{1}, ~std::uint64_t{0} / 2}};
  cluster::wire::byte_writer out;
  REQUIRE(cluster::encode(heard, out));
  test.loops.on(0, [&] { test.handler->heartbeat_arrived(out.take(), test.loops.at(0).now()); });
  test.loops.wait_until(0, [&] {
    const auto& owners = test.node.cluster()->links().node().owners();
    return owners.of(cluster::shard_id{1}).ownership > heard.owned[0].ownership;
  });
  test.await_owned(shards);
}

TEST_CASE("the shards of a node that does not hear itself are not available") {
  cluster_fixture test;
  test.await_owned(shards);
  const auto await_unavailable = [&](double count) {
    test.loops.wait_until(
        0, [&] { return test.probe.value(metrics::gauge::shards_unavailable) == count; });
  };
  await_unavailable(0);
  test.is_away = true;
  await_unavailable(shards);
  CHECK(test.owned() == shards);
  test.is_away = false;
  await_unavailable(0);
}

TEST_CASE("the links run when their network becomes writable again") {
  cluster_fixture test;
  test.await_owned(shards);
  unsigned before = 0;
  test.loops.on(0, [&] {
    before = test.asked;
    test.handler->became_writable();
  });
  test.loops.on(0, [] {});  // work that the loop gives itself may run after that of other threads
  test.loops.on(0, [&] { CHECK(test.asked > before); });
}

TEST_CASE("a node that leaves may end when nobody is left to take its shards") {
  cluster_fixture test;
  test.await_owned(shards);
  CHECK_FALSE(test.node.cluster()->may_end());
  test.node.leave();
  test.loops.wait_until(0, [&] { return test.node.cluster()->may_end(); });
}
