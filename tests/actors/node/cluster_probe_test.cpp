// SPDX-License-Identifier: Apache-2.0
#include "actors/node/cluster_probe.hpp"

#include <string>
#include <utility>

#include "tests/cluster/links/cluster_fixture.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace std::chrono_literals;
using actors::cluster_probe;
using counter = metrics::counter;
using gauge = metrics::gauge;

namespace {

/// Two nodes, of which the first one is measured.
struct cluster_probe_fixture : cluster::tests::cluster_fixture {
  cluster_probe_fixture() { start_all(2); }
  void report(const cluster::network_counts& network = {}) {
    probe.report(node(1).links, bus(1).counts(), network);
  }
  /// The value of one label.
  double labelled(const std::string& name, const std::string& label) {
    const auto text = measured.text();
    const auto line = "roost_cluster_" + name + "_total{" + label + "} ";
    const auto at = text.find(line);
    REQUIRE(at != std::string::npos);
    return std::stod(text.substr(at + line.size()));
  }
  metrics measured;
  cluster_probe probe{measured};
};

}  // namespace

TEST_CASE("the counts of the network are reported once, by direction and reason") {
  cluster_probe_fixture it;
  cluster::network_counts counts;
  counts.frames_sent = 3;
  counts.frames_received = 4;
  counts.frame_bytes_sent = 50;
  counts.frame_bytes_received = 60;
  counts.frames_too_large = 7;
  counts.frames_refused = 8;
  counts.frames_dropped = 9;
  counts.overruns = 2;
  counts.heartbeats_sent = 11;
  counts.heartbeats_refused = 12;
  counts.heartbeats_received = 13;
  counts.heartbeats_dropped = 14;
  counts.foreign = 15;
  counts.reconnects = 16;
  counts.heartbeat_reconnects = 17;
  counts.unsent_bytes = 1'000;
  it.report(counts);
  counts.unsent_bytes = 100;
  it.report(counts);
  CHECK(it.labelled("frames", R"(direction="out")") == 3);
  CHECK(it.labelled("frames", R"(direction="in")") == 4);
  CHECK(it.measured.value(counter::cluster_frames) == 7);
  CHECK(it.measured.value(counter::cluster_frame_bytes) == 110);
  CHECK(it.labelled("frames_dropped", R"(reason="too_large")") == 7);
  CHECK(it.labelled("frames_dropped", R"(reason="refused")") == 8);
  CHECK(it.labelled("frames_dropped", R"(reason="overrun")") == 9);
  CHECK(it.labelled("frames_dropped", R"(reason="foreign")") == 15);
  CHECK(it.measured.value(counter::cluster_frames_dropped) == 39);
  CHECK(it.measured.value(counter::cluster_overruns) == 2);
  CHECK(it.labelled("heartbeats", R"(how="dropped")") == 14);
  CHECK(it.measured.value(counter::cluster_heartbeats) == 50);
  CHECK(it.labelled("reconnects", R"(connection="main")") == 16);
  CHECK(it.labelled("reconnects", R"(connection="heartbeats")") == 17);
  CHECK(it.measured.value(counter::cluster_reconnects) == 33);
  CHECK(it.measured.value(gauge::cluster_unsent_bytes) == 100);
}

TEST_CASE("the present state of the links is reported, and zero after the end") {
  cluster_probe_fixture it;
  it.report();
  CHECK(it.measured.value(gauge::cluster_nodes) == 2);
  CHECK(it.measured.value(gauge::cluster_up) == 1);
  CHECK(it.measured.value(gauge::cluster_links) == 1);
  CHECK(it.measured.value(gauge::cluster_queued_bytes) == 0);
  it.kill(2);
  it.run(2s);
  it.report();
  CHECK(it.measured.value(gauge::cluster_nodes) == 1);
  CHECK(it.measured.value(gauge::cluster_links) == 0);
  it.probe.close();
  CHECK(it.measured.value(gauge::cluster_nodes) == 0);
  CHECK(it.measured.value(gauge::cluster_up) == 0);
}

TEST_CASE("a break is reported with its reason") {
  cluster_probe_fixture it;
  it.report();
  const auto before = it.labelled("link_breaks", R"(reason="gap")");
  // An attach notice goes over the link; the next one shows that it is missing.
  it.network.lose_frames(node_id{2}, node_id{1}, 1);
  const auto shard = it.shard_of_node(1);
  const auto ownership = it.node(2).routes.owner_of(shard).ownership;
  for (int i = 0; i < 2; ++i) {
    it.bus(2).finish_attaching(shard, ownership);
    it.run(100ms);
  }
  it.report();
  CHECK(it.labelled("link_breaks", R"(reason="gap")") == before + 1);
  CHECK(it.measured.value(counter::cluster_link_breaks) >= 1);
}

TEST_CASE("messages that are dropped, and checks of the identity, are counted by reason") {
  cluster_probe_fixture it;
  cluster::command nobodys;
  nobodys.topic = topic{it.topic_in(it.shard_of_node(2))};
  nobodys.ownership = 1;
  CHECK_FALSE(it.bus(1).publish(std::move(nobodys)));
  it.report();
  CHECK(it.labelled("messages_dropped", R"(reason="unowned")") == 1);
  CHECK(it.measured.value(counter::cluster_messages_dropped) >= 1);
  it.probe.identity_checked("changed");
  CHECK(it.labelled("identity_checks", R"(result="changed")") == 1);
  CHECK(it.measured.value(counter::cluster_identity_checks) == 1);
}

TEST_CASE("late heartbeats and freezes are counted") {
  cluster_probe_fixture it;
  it.network.cut(node_id{2}, node_id{1});
  it.run(510ms);
  it.network.mend();
  it.run(500ms);
  it.report();
  CHECK(it.measured.value(counter::cluster_heartbeats_late) == 1);
  CHECK(it.measured.value(counter::cluster_freezes) == 0);
  it.network.deafen(node_id{1});
  it.run(700ms);  // less than a silence that removes a node
  it.network.mend();
  it.run(500ms);
  it.report();
  CHECK(it.measured.value(counter::cluster_freezes) == 1);
}
