// SPDX-License-Identifier: Apache-2.0
#include "actors/shard/shard_actor.hpp"

#include "actors/messages/end_now.hpp"
#include "cluster/wire/log_codec.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/memory_log_store.hpp"
#include "tests/fixtures/memory_snapshot_store.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;

namespace {

/// The calls of a shard to its rooms. Used only on loop 0.
class recording_listener final : public shard_listener {
 public:
  void loaded(loaded_room&& stored) override { loads.push_back(std::move(stored)); }
  void stored(loop_id, acknowledgements&& all) override {
    bursts.push_back(all.size());
    for (const auto& [room, up_to] : all) tickets.push_back(up_to.ticket);
  }
  void capture(const topic& topic) override { captures.push_back(topic); }
  void retire(const topic& topic) override { retired.push_back(topic); }
  void reload(const topic&) override {}
  void fenced(cluster::shard_id shard) override { fences.push_back(shard); }

  std::vector<loaded_room> loads;
  std::vector<std::size_t> bursts;
  std::vector<std::uint64_t> tickets;
  std::vector<topic> captures;
  std::vector<topic> retired;
  std::vector<cluster::shard_id> fences;
};

/// The reports of a shard to its cluster. Used only on loop 0.
class recording_cluster final : public ownership_listener {
 public:
  void taken(cluster::shard_id, std::uint64_t ownership) override {
    heard.push_back("taken");
    ownerships.push_back(ownership);
  }
  void dropped(cluster::shard_id, bool is_own) override {
    heard.push_back(is_own ? "dropped, own" : "dropped");
  }
  void released(cluster::shard_id, std::uint64_t ownership, node_id to) override {
    heard.push_back("released to " + std::to_string(to.value));
    ownerships.push_back(ownership);
  }
  void verified(cluster::shard_id) override { heard.push_back("verified"); }
  bool is_cut_off() const override { return false; }

  std::vector<std::string> heard;
  std::vector<std::uint64_t> ownerships;
};

struct shard_fixture {
  explicit shard_fixture(ownership_listener* cluster = nullptr) {
    shared.cluster = cluster;
    shard = spawn_on<shard_actor>(it.node.scheduler().unit(0), shared, port);
    caf::anon_send(shard, load_room{topic{"room:1"}});
  }
  ~shard_fixture() {
    caf::anon_send(shard, end_now{});
    it.settle();
  }
  void await(const std::function<bool()>& holds) { it.loops.wait_until(0, holds); }
  cluster::log_record record(std::uint64_t at) {
    cluster::log_record out;
    out.topic = topic{"room:1"};
    out.of = listener.loads.at(0).of;
    out.at = offset{at};
    out.body = cluster::records::ordered{};
    return out;
  }
  void append(std::uint64_t at) { caf::anon_send(shard, append_records{{}, at, {record(at)}}); }

  node_fixture it{1};
  memory_log_store log;
  memory_snapshot_store snapshots;
  recording_listener listener;
  std::uint64_t ownership = 100;
  shard_dependencies shared{log,
                            snapshots,
                            listener,
                            it.probe,
                            node_id{7},
                            {},
                            [] { return 4U; },
                            [this] { return static_cast<std::int64_t>(ownership); }};
  shard_port port{cluster::shard_id{2}};
  caf::actor shard;
};

struct cluster_fixture {
  void order(bool takes, node_id gives_to = {}, cluster::other_nodes others = {}) {
    auto seen = std::make_shared<const cluster::other_nodes>(std::move(others));
    caf::anon_send(its.shard, shard_orders{takes, gives_to, std::move(seen)});
  }
  void await(std::vector<std::string> expected) {
    its.await([&] { return heard.heard == expected; });
  }
  /// Another node appends behind the only message of the log.
  void append_of_other(decltype(cluster::log_entry::body) body) {
    cluster::wire::byte_writer out;
    REQUIRE(cluster::wire::encode(
        cluster::log_entry{{1, 1}, node_id{9}, 1'000'000, 1, std::move(body)}, out));
    its.log.append(
        cluster::shard_id{2}, cluster::sequence{appended++}, out.take(),
        [](const auto& result) { CHECK(result.outcome == cluster::write_outcome::stored); });
  }
  recording_cluster heard;
  shard_fixture its{&heard};
  std::uint64_t appended = 0;
};

}  // namespace

TEST_CASE("a shard takes itself over when it starts and then reads the rooms that were asked for") {
  shard_fixture its;
  its.await([&] { return its.listener.loads.size() == 1; });
  const auto& loaded = its.listener.loads[0];
  CHECK(loaded.why == errc::none);
  CHECK(loaded.of.ownership >= 100);
  CHECK_FALSE(loaded.of.text.empty());
  CHECK_FALSE(loaded.is_stored());
  its.await([&] { return its.port.takes_pushes.load(); });
}

TEST_CASE("records of a burst share an append and are acknowledged in one call") {
  shard_fixture its;
  its.await([&] { return its.listener.loads.size() == 1; });
  its.it.loops.on(0, [&] {
    for (std::uint64_t at = 1; at <= 10; ++at) its.append(at);
  });
  its.await([&] { return !its.listener.tickets.empty() && its.listener.tickets.back() == 10; });
  CHECK(its.listener.bursts.size() == 1);
  cluster::log_page page;
  its.log.read(cluster::shard_id{2}, cluster::sequence{1}, 1'000'000,
               [&](const auto& got) { page = *got; });
  REQUIRE(page.messages.size() == 2);  // the marker and one batch
  const auto batch = cluster::wire::decode_log_entry(page.messages[1].data);
  REQUIRE(batch);
  CHECK(std::get<cluster::log_entries::batch>(batch.value.body).records.size() == 10);
}

TEST_CASE("a room is loaded again with the records that it had") {
  shard_fixture its;
  its.await([&] { return its.listener.loads.size() == 1; });
  its.append(1);
  its.await([&] { return !its.listener.tickets.empty(); });
  caf::anon_send(its.shard, end_now{});
  its.it.settle();
  its.shard = spawn_on<shard_actor>(its.it.node.scheduler().unit(0), its.shared, its.port);
  caf::anon_send(its.shard, load_room{topic{"room:1"}});
  its.await([&] { return its.listener.loads.size() == 2; });
  const auto& again = its.listener.loads[1];
  REQUIRE(again.records.size() == 1);
  CHECK(again.records[0].at == offset{1});
  CHECK(again.of.ownership > its.listener.loads[0].of.ownership);
}

TEST_CASE("a captured room is stored and acknowledged to the room") {
  shard_fixture its;
  its.await([&] { return its.listener.loads.size() == 1; });
  its.append(1);
  cluster::room_snapshot state;
  state.topic = topic{"room:1"};
  state.epochs = {{its.listener.loads[0].of, offset{1}}};
  caf::anon_send(its.shard, captured_room{{}, 1, std::move(state)});
  its.await([&] { return its.snapshots.last() == cluster::sequence{2}; });  // barrier, room
}

TEST_CASE("a shard that another owner has taken drops its rooms and is taken over again later") {
  shard_fixture its;
  its.await([&] { return its.listener.loads.size() == 1; });
  cluster::log_entry marker;
  marker.log = {1, 1};
  marker.node = node_id{9};
  marker.ownership = 1'000'000;
  marker.number = 1;
  marker.body = cluster::log_entries::marker{"other"};
  cluster::wire::byte_writer out;
  REQUIRE(cluster::wire::encode(marker, out));
  its.log.append(cluster::shard_id{2}, cluster::sequence{1}, out.take(), [](const auto& result) {
    CHECK(result.outcome == cluster::write_outcome::stored);
  });
  its.append(1);
  its.await([&] { return its.listener.fences.size() == 1; });
  CHECK(its.listener.tickets.empty());
  CHECK_FALSE(its.port.takes_pushes);
  // Until it is served again, loads fail.
  its.await([&] {
    if (its.listener.loads.back().of.ownership > 1'000'000) return true;
    caf::anon_send(its.shard, load_room{topic{"room:1"}});
    return false;
  });
}

TEST_CASE("in a cluster a shard is taken when its orders say so, and refuses rooms before") {
  cluster_fixture test;
  test.its.await([&] { return test.its.listener.loads.size() == 1; });
  CHECK(test.its.listener.loads[0].why == errc::unavailable);
  CHECK_FALSE(test.its.listener.loads[0].is_owned);
  CHECK(test.heard.heard.empty());
  test.order(true);
  test.await({"taken"});
  CHECK(test.heard.ownerships[0] >= 100);
  caf::anon_send(test.its.shard, load_room{topic{"room:1"}});
  test.its.await([&] { return test.its.listener.loads.size() == 2; });
  CHECK(test.its.listener.loads[1].of.ownership == test.heard.ownerships[0]);
}

TEST_CASE("a shard is not taken from a node that keeps it, and is taken once that node is gone") {
  cluster_fixture test;
  test.append_of_other(cluster::log_entries::marker{"other"});
  test.order(true, {}, {{node_id{9}}, {node_id{9}}});
  test.await({"dropped"});
  test.order(true);
  test.await({"dropped", "taken"});
}

TEST_CASE("a shard that was released to another node is reported so") {
  cluster_fixture test;
  test.append_of_other(cluster::log_entries::release{node_id{8}});
  test.order(true, {}, {{}, {node_id{8}}});
  test.await({"released to 8"});
  CHECK(test.heard.ownerships.at(0) == 1'000'000);
}

TEST_CASE("a shard is given to another node and then not taken again") {
  cluster_fixture test;
  test.order(true);
  test.await({"taken"});
  test.order(false, node_id{8});
  test.await({"taken", "released to 8"});
  CHECK(test.heard.ownerships.at(1) == test.heard.ownerships.at(0));
  CHECK(test.its.listener.fences.size() == 1);
}

TEST_CASE("a shard is verified, and dropped if another node has taken it") {
  cluster_fixture test;
  test.order(true);
  test.await({"taken"});
  caf::anon_send(test.its.shard, verify_shard{});
  caf::anon_send(test.its.shard, verify_shard{});  // the same
  test.await({"taken", "verified"});
  test.order(false);
  caf::anon_send(test.its.shard, suspend_shard{});
  test.appended = 1;
  test.append_of_other(cluster::log_entries::marker{"other"});
  caf::anon_send(test.its.shard, verify_shard{});
  test.await({"taken", "verified", "dropped"});
}

TEST_CASE("a shard whose log lost its end is taken again above the ownership that is known") {
  cluster_fixture test;
  test.order(true);
  test.await({"taken"});
  caf::anon_send(test.its.shard, known_ownership{5'000'000});
  test.await({"taken", "dropped, own", "taken"});
  CHECK(test.heard.ownerships[1] > 5'000'000);
}

TEST_CASE("a shard sends nothing between a break of the connection and the message of it") {
  shard_fixture its;
  its.await([&] { return its.listener.loads.size() == 1; });
  ++its.port.breaks;
  its.append(1);
  its.it.settle();
  const auto last = [&] {
    std::uint64_t out = 0;
    its.log.read_state(cluster::shard_id{2}, [&](const auto& state) { out = state->last.value; });
    return out;
  };
  CHECK(last() == 1);  // the marker
  caf::anon_send(its.shard, suspend_shard{});
  caf::anon_send(its.shard, verify_shard{});
  its.await([&] { return !its.listener.tickets.empty(); });
  CHECK(last() == 2);
}
