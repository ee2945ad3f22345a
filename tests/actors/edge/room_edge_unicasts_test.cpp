// SPDX-License-Identifier: Apache-2.0
// Events of a room for one member, kicks, and answers of the room's own.
#include <random>
#include <string_view>

#include "actors/messages/fan_out_batch.hpp"
#include "tests/fixtures/delivery_orders.hpp"
#include "tests/fixtures/edge_fixture.hpp"
#include "tests/fixtures/room_edges_fixture.hpp"
#include "tests/fixtures/scripted_handler.hpp"

using namespace roost;
using namespace roost::actors;
using lines = edge_fixture::lines;

namespace {

constexpr node_id here{1};

events::unicast message(std::uint64_t member, std::uint64_t number, node_id node = here) {
  return {{node, connection_id{member}}, number, "private", json_payload("{}")};
}
events::kicked kick(std::uint64_t member, std::uint64_t number, node_id node = here) {
  return {{node, connection_id{member}}, number, json_payload(R"({"reason":"rude"})")};
}

}  // namespace

TEST_CASE("an event for one member reaches only this member with its join_ref and no position") {
  edge_fixture b;
  b.enter(1, 0, "4");
  b.enter(2, 0, "5");
  b.tell(b.of_room(message(1, 1)));
  REQUIRE(b.out.unicasts.size() == 1);
  CHECK(tests::payload_of(b.out.unicasts[0].first) == R"(["4",null,"room:1","private",{}])");
  CHECK(b.out.unicasts[0].first_class == net::message_class::out_unicast);
  CHECK_FALSE(b.out.unicasts[0].gives_credit);
  CHECK(b.broadcasts().empty());
}

TEST_CASE("an event for a member of another node or of no channel is ignored") {
  edge_fixture b;
  b.enter(1);
  b.join(2, "1");  // not answered yet
  b.out.clear();
  b.tell(b.of_room(message(1, 1, node_id{9})));
  b.tell(b.of_room(message(2, 2)));
  b.tell(b.of_room(message(3, 3)));
  b.tell(b.of_room(kick(1, 4, node_id{9})));
  b.tell(b.of_room(kick(2, 5)));
  CHECK(b.out.unicasts.empty());
  CHECK(b.out.commands.empty());
}

TEST_CASE("an event for one member that the bus doubles or delays is taken once") {
  edge_fixture b;
  b.enter(1);
  b.tell(b.of_room(message(1, 2)));
  b.tell(b.of_room(message(1, 2)));
  b.tell(b.of_room(message(1, 1)));
  CHECK(b.unicasts(1) == lines{"private"});
  b.out.clear();
  b.incarnation = 2;  // the members are gone, and the numbers may begin again
  b.tell(b.of_room(events::crashed{}));
  b.enter(1);
  b.tell(b.of_room(message(1, 1)));
  CHECK(b.unicasts(1) == lines{"private"});
}

TEST_CASE("a kicked member gets phx_close with the reason and the owner a leave") {
  edge_fixture b;
  b.enter(1, 0, "4");
  b.tell(b.of_room(kick(1, 1)));
  REQUIRE(b.out.unicasts.size() == 1);
  CHECK(tests::payload_of(b.out.unicasts[0].first) ==
        R"(["4","4","room:1","phx_close",{"reason":"rude"}])");
  CHECK(b.out.unicasts[0].action == unicast::action_kind::end_channel);
  CHECK(b.edge.channels() == 0);
  CHECK(b.commands() == lines{"leave 2"});
  const auto join = b.join(1, "6");
  b.tell(b.of_room(kick(1, 1)));  // doubled
  b.tell(b.answer(events::left{}, 2, 1));
  b.tell(b.answer(events::joined{}, join, 1));
  CHECK(b.edge.channels() == 1);
}

TEST_CASE("a member that is kicked while it leaves gets the usual reply and phx_close") {
  edge_fixture b;
  b.enter(1);
  const auto leave = b.leave(1, "7");
  b.tell(b.of_room(kick(1, 1)));
  b.tell(b.answer(events::left{}, leave, 1));
  CHECK(b.unicasts(1) == lines{"reply 7 ok", "phx_close 1"});
}

TEST_CASE("a response or a reason of the room's own replaces the usual one") {
  edge_fixture b;
  b.enter(1);
  const auto first = b.push(1, "2");
  const auto second = b.push(1, "3");
  b.tell(b.answer(events::done{{}, json_payload(R"({"n":1})")}, first, 1));
  const auto why = errc::room_refused;
  b.tell(b.answer(events::refused{{}, why, json_payload(R"({"reason":"no"})")}, second, 1));
  const auto join = b.join(2, "1");
  b.tell(b.answer(events::refused{{}, why, json_payload(R"({"reason":"full"})")}, join, 2));
  REQUIRE(b.out.unicasts.size() == 3);
  CHECK(tests::payload_of(b.out.unicasts[0].first)
            .ends_with(R"({"status":"ok","response":{"n":1}}])"));
  CHECK(b.unicasts(1) == lines{"reply 2 ok", "reply 3 no"});
  CHECK(b.unicasts(2) == lines{"reply 1 full"});
  CHECK(b.out.pushes_refused == std::vector{why});
}

TEST_CASE("an event that a push caused waits for the lost answer to this push") {
  edge_fixture b;
  b.enter(1);
  const auto push = b.push(1, "2");
  auto caused = b.ordered(1, push, 1);
  as<events::ordered>(caused).is_answer = false;
  b.out.clear();
  b.tell(caused);
  CHECK(b.broadcasts().empty());
  CHECK(b.commands() == lines{"push 2"});  // resent
  b.tell(b.answer(events::done{}, push, 1));
  CHECK(b.unicasts(1) == lines{"reply 2 ok"});
  CHECK(b.broadcasts() == lines{"msg 1"});
}

namespace {

/// On "end": a message to client 1, an event for all, and the end of the channel of client 1. On
/// "out": the same without the event.
void end_other(room_context& context, const std::string& call, const cluster::member_id& other) {
  if (call == "push  msg") context.broadcast("msg", json_payload("{}"));
  if (call != "push  end" && call != "push  out") return;
  context.send(other, "bye", json_payload("{}"));
  if (call == "push  end") context.broadcast("ended", json_payload("{}"));
  context.kick(other, "rude");
  context.reply(json_payload(R"({"n":1})"));
}

/// The names of the events in the frames, and the status of replies.
std::string briefly(const lines& frames) {
  std::string out;
  for (const auto& frame : frames) {
    for (const auto* name : {"bye", "ended", "msg", "phx_close", "\"ok\"", "\"error\""}) {
      if (frame.find(name) != std::string::npos) out += std::string(name) + " ";
    }
  }
  return out;
}

struct frames_of_both {
  std::string first;
  std::string second;
};

/// Client 0 sends `event`, which ends the channel of client 1, which sends `other_event` meanwhile.
struct kick_stage {
  kick_stage(std::size_t count, std::string_view event, std::string_view other_event)
      : edges(options(count)) {
    for (std::size_t i : {0U, 1U}) {
      edges.add_client({}, i % count);
      edges.say(i, {"phx_join", "1", "1"});
    }
    edges.settle();
    other = {node_id{count}, edges.id_of(1)};
    for (std::size_t i : {0U, 1U}) edges.take(i);
    edges.say(0, {event, "2", "1"});
    if (!other_event.empty()) edges.say(1, {other_event, "2", "1"});
  }
  room_edges_options options(std::size_t count) {
    room_edges_options out;
    out.edges = count;
    out.handlers = scripted_handler::make(
        [this](auto& context, const auto*, const auto& call) { end_other(context, call, other); });
    return out;
  }
  /// The frames of both clients, when nothing is on its way any more.
  frames_of_both rest() {
    REQUIRE(edges.channels_of(1) == 0);
    REQUIRE(edges.owner().members() == 1);
    for (std::size_t i : {0U, 1U}) REQUIRE(edges.has_all_credit(i));
    return {briefly(edges.take(0)), briefly(edges.take(1))};
  }

  cluster::member_id other;
  room_edges_fixture edges;
};

/// Calls check(frames_of_both) for each order of delivery that may make a difference; returns how
/// many there are.
template <class Check>
std::size_t play_all(std::string_view event, std::string_view other_event, Check check) {
  delivery_orders order;
  std::size_t runs = 0;
  do {
    kick_stage stage(1, event, other_event);
    bool is_new = true;
    for (auto ready = stage.edges.ready(); is_new && !ready.empty(); ready = stage.edges.ready()) {
      const auto* next = order.choose(ready);
      is_new = next != nullptr;
      if (next) stage.edges.step_lane(next->lane);
    }
    if (!is_new) continue;
    const auto got = stage.rest();
    INFO(got.first << "/ " << got.second);
    check(got);
    ++runs;
  } while (order.next());
  return runs;
}

/// Own reply first, then the events in their order; the other's push is before or refused.
void check_end(const frames_of_both& got) {
  const auto& [first, second] = got;
  REQUIRE((first == "\"ok\" ended " || first == "msg \"ok\" ended "));
  REQUIRE(second == (first.starts_with("msg") ? "\"ok\" msg bye ended phx_close "
                                              : "bye ended phx_close \"error\" "));
}

}  // namespace

TEST_CASE("in every order a kicked member gets all before the kick and no event after it") {
  CHECK(play_all("end", "msg", check_end) > 4);
}

TEST_CASE("in every order a member that leaves while it is kicked gets one phx_close") {
  const auto runs = play_all("out", "phx_leave", [](const frames_of_both& got) {
    const bool is_kicked_first = got.second == "bye phx_close \"ok\" ";
    const bool leaves_first = got.second == "\"ok\" phx_close ";
    REQUIRE((is_kicked_first || leaves_first || got.second == "bye \"ok\" phx_close "));
  });
  CHECK(runs > 4);
}

TEST_CASE(
    "a member that is kicked on another node gets all before the kick and no event after it") {
  std::mt19937 random{7};
  for (int i = 0; i < 1'000; ++i) {
    kick_stage stage(2, "end", "msg");
    while (stage.edges.step(random)) {
    }
    check_end(stage.rest());
  }
}
