// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>
#include <vector>

#include "cluster/links/node_links.hpp"
#include "cluster/wire/envelope_codec.hpp"
#include "tests/cluster/bus_contract.hpp"
#include "tests/cluster/links/cluster_fixture.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;
using namespace roost::cluster::tests;

namespace {

using offset_list = std::vector<std::uint64_t>;

slice slice_from(std::string_view text) { return slice::of(bytes_ptr::copy(text)); }

/// Two nodes, and a shard of the first one.
struct two_nodes : cluster_fixture {
  two_nodes() {
    start_all(2);
    shard = shard_of_node(1);
    name = topic_in(shard);
    ownership = node(1).routes.owner_of(shard).ownership;
  }
  event_ptr event_at(std::uint64_t at, std::uint64_t of) const {
    return share({topic{name}, epoch{of}, "e", offset{at},
                  events::notification{at, "news", contract::json_of(at)}});
  }
  void publish(std::uint64_t at) {
    REQUIRE(bus(1).publish(event_at(at, ownership), std::array{node_id{2}}));
  }
  /// Bytes that no bus makes, to node 2.
  void push_raw(std::string_view text) {
    (void)node(1).outgoing.push({{node_id{2}}, slice_from(text), {}});
  }
  const undelivered_counts& counts() { return node(2).links.undelivered(); }
  bool is_broken_at_both_ends() {
    return heard(1).count(recorder::broken(node_id{2}, false)) == 1 &&
           heard(2).count(recorder::broken(node_id{1}, false)) == 1;
  }
  void check_that_events_arrive() {
    clear();
    publish(99);
    run(50ms);
    CHECK(heard(2).offsets() == offset_list{99});
  }

  shard_id shard;
  std::string name;
  std::uint64_t ownership = 0;
};

}  // namespace

TEST_CASE("a frame that is lost breaks the link when the next one arrives") {
  two_nodes it;
  it.publish(1);
  it.run(20ms);
  it.network.lose_frames(node_id{1}, node_id{2}, 1);
  it.publish(2);
  it.run(20ms);
  it.publish(3);
  it.run(100ms);
  CHECK(it.heard(2).offsets() == offset_list{1});
  CHECK(it.is_broken_at_both_ends());
  it.check_that_events_arrive();
}

TEST_CASE("the last frame that is lost breaks the link when heartbeats have told of it") {
  two_nodes it;
  it.network.lose_frames(node_id{1}, node_id{2}, 1);
  it.publish(1);
  it.run(900ms);
  CHECK(it.heard(2).reports().empty());
  it.run(700ms);
  CHECK(it.heard(2).events().empty());
  CHECK(it.is_broken_at_both_ends());
  it.check_that_events_arrive();
}

TEST_CASE("frames that arrive twice are delivered once") {
  two_nodes it;
  it.network.faults().duplicate_permille = 1000;
  for (std::uint64_t at = 1; at <= 3; ++at) {
    it.publish(at);
    it.run(20ms);
  }
  CHECK(it.heard(2).offsets() == offset_list{1, 2, 3});
  CHECK(it.node(2).links.node().links().duplicates == 3);
  CHECK(it.heard(2).count(recorder::broken(node_id{1}, false)) == 0);
}

TEST_CASE("a frame from before a break that arrives late is dropped") {
  two_nodes it;
  it.publish(1);
  it.run(20ms);
  const auto late = it.network.last_frame(node_id{1}, node_id{2});
  it.network.disconnect(node_id{2});
  it.network.reconnect(node_id{2});
  it.run(100ms);
  CHECK(it.is_broken_at_both_ends());
  it.clear();
  it.node(2).links.frame_arrived(late, it.logs.now);
  CHECK(it.heard(2).reports().empty());
  it.check_that_events_arrive();
}

TEST_CASE("an envelope that cannot be decoded breaks its link, and the rest of its frame is lost") {
  two_nodes it;
  it.publish(1);
  it.push_raw("{}");
  it.publish(2);
  it.run(100ms);
  CHECK(it.heard(2).offsets() == offset_list{1});
  CHECK(it.counts().undecoded ==
        std::map<wire::wire_error, std::uint64_t>{{wire::wire_error::foreign, 1}});
  CHECK(it.is_broken_at_both_ends());
  it.check_that_events_arrive();
}

TEST_CASE("an envelope with more behind it, and one that is cut, are counted by their reason") {
  two_nodes it;
  wire::byte_writer out;
  REQUIRE(wire::encode(*it.event_at(1, it.ownership), out));
  const std::string whole{out.view()};
  it.push_raw(whole + "x");
  it.run(100ms);
  it.push_raw(whole.substr(0, whole.size() - 1));
  it.run(100ms);
  it.push_raw(std::string{encode(attach_notice{it.shard, 1}).view()} + "x");
  it.run(100ms);
  CHECK(it.heard(2).events().empty());
  CHECK(it.counts().undecoded.at(wire::wire_error::malformed) == 2);
  CHECK(it.counts().undecoded.at(wire::wire_error::truncated) == 1);
}

TEST_CASE("envelopes of a newer version are counted, and the link goes on") {
  two_nodes it;
  it.publish(1);
  it.push_raw(std::string("\x8f\x01\x02\0\0\0{}", 8));  // a format
  it.publish(2);
  wire::byte_writer out;
  REQUIRE(wire::encode(*it.event_at(3, it.ownership), out));
  std::string newer{out.view()};
  newer[1] = static_cast<char>(wire::version + 1);
  it.push_raw(newer);
  it.publish(4);
  it.run(100ms);
  CHECK(it.heard(2).offsets() == offset_list{1, 2, 4});
  CHECK(it.counts().unknown == 2);
  CHECK(it.counts().undecoded.empty());
  CHECK(it.heard(2).count(recorder::broken(node_id{1}, false)) == 0);
}

TEST_CASE("a numbered command of an unknown kind reaches its room, which refuses it") {
  two_nodes it;
  auto sent = contract::push_to(it.name, {node_id{2}, 1}, 1, it.ownership);
  sent.body = commands::unknown{99};
  REQUIRE(it.bus(2).publish(command{sent}));
  sent.id.number = 0;
  REQUIRE(it.bus(2).publish(command{sent}));
  it.run(100ms);
  const auto heard = it.heard(1).commands();
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].id.number == 1);
  CHECK(std::get<commands::unknown>(heard[0].body).kind == 99);
  CHECK(it.node(1).links.undelivered().unknown == 2);
}

TEST_CASE("bytes that are no frame or heartbeat are counted and break nothing") {
  two_nodes it;
  it.node(2).links.frame_arrived(slice_from("{}"), it.logs.now);
  it.node(2).links.heartbeat_arrived(slice_from("{}"), it.logs.now);
  it.run(100ms);
  CHECK(it.node(2).links.node().undecoded(wire::wire_error::foreign) == 2);
  CHECK(it.heard(2).reports().empty());
}

TEST_CASE("a command for an ownership that its owner does not announce any more is dropped") {
  two_nodes it;
  const auto sent = contract::push_to(it.name, {node_id{2}, 1}, 1, it.ownership);
  REQUIRE(it.bus(2).publish(command{sent}));
  it.node(1).host.own(it.shard, it.ownership + 1);
  it.run(100ms);
  CHECK(it.heard(1).commands().empty());
  CHECK(it.node(1).links.undelivered().misrouted == 1);
  REQUIRE(it.bus(2).publish(contract::push_to(it.name, {node_id{2}, 1}, 2, it.ownership + 1)));
  it.run(100ms);
  CHECK(it.heard(1).commands().size() == 1);
}

TEST_CASE("an event of an older owner than the newest known is dropped") {
  two_nodes it;
  REQUIRE(it.bus(1).publish(it.event_at(1, it.ownership - 1), std::array{node_id{2}}));
  it.publish(2);
  it.run(50ms);
  CHECK(it.heard(2).offsets() == offset_list{2});
  CHECK(it.counts().stale == 1);
}

TEST_CASE("an event of an owner that nobody announced is lost, and breaks the link") {
  two_nodes it;
  REQUIRE(it.bus(1).publish(it.event_at(1, it.ownership + 1), std::array{node_id{2}}));
  it.run(100ms);
  CHECK(it.heard(2).events().empty());
  CHECK(it.counts().unheard == 1);
  CHECK(it.is_broken_at_both_ends());
}

TEST_CASE("an event of a new owner is delivered behind the news of it, when both have arrived") {
  two_nodes it;
  it.node(1).host.own(it.shard, it.ownership + 1);
  REQUIRE(it.bus(1).publish(it.event_at(1, it.ownership + 1), std::array{node_id{2}}));
  it.run(50ms);
  const auto heard = it.heard(2).reports();
  REQUIRE(heard.size() == 2);
  CHECK(heard[0] == recorder::owner(it.shard, {node_id{1}, it.ownership + 1}));
  CHECK(heard[1] == recorder::event_of(it.ownership + 1));
}

TEST_CASE("an envelope to a node that has left is skipped") {
  two_nodes it;
  it.kill(2);
  it.run(1500ms);
  REQUIRE(it.bus(1).publish(it.event_at(1, it.ownership), std::array{node_id{2}}));
  it.run(50ms);
  CHECK(it.node(1).links.undelivered().skipped == 1);
}
