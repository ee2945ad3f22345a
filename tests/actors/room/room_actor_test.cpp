// SPDX-License-Identifier: Apache-2.0
#include "actors/room/room_actor.hpp"

#include <caf/all.hpp>
#include <stdexcept>

#include "actors/messages/end_now.hpp"
#include "actors/room/room_registry.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;

namespace {

/// Throws an exception on the event "boom".
class fragile_handler final : public room_handler {
 public:
  void on_message(room_context& context, const room_member&, const message& pushed) override {
    if (pushed.event == "boom") throw std::runtime_error("as asked");
    if (pushed.event == "odd") throw 7;
    if (pushed.event == "no") return context.refuse(errc::rate_limited);
    context.broadcast(std::string(pushed.event), pushed.payload);
  }
};

std::unique_ptr<room_handler> make_fragile(const room_rule&) {
  return std::make_unique<fragile_handler>();
}

/// A room actor that only the test sends to. `self` monitors it.
struct lone_room {
  lone_room() {
    command.topic = topic{"room:1"};
    command.id.edge = {node_id{7}, 1};
    self->monitor(room);
  }
  template <class Kind>
  void take(Kind kind) {
    command.body = std::move(kind);
    ++command.id.number;
    caf::anon_send(room, command);
  }
  void await_end() {
    self->receive([&](const caf::down_msg& down) { CHECK(down.source == room); });
  }

  node_fixture it{1};
  loop_unit& home = it.node.scheduler().unit(0);
  empty_rooms empty;
  room_registry table{it.node.room_shared(), home, empty};
  caf::scoped_actor self{home.system()};
  caf::actor room =
      spawn_on<room_actor>(home, it.node.room_shared(), table, empty, topic{"room:1"}, room_rule{});
  cluster::command command;
};

}  // namespace

TEST_CASE("a room whose handler throws sends phx_error to its members and can be joined again") {
  const auto* event = GENERATE("boom", "odd");
  node_fixture it(2, quiet(), make_fragile);
  auto& one = it.open(0);
  auto& two = it.open(1);
  it.join(one, "room:1");
  it.join(two, "room:1");
  it.say(one, line("2", "room:1", event));
  it.wait_for(one, "[\"1\",\"1\",\"room:1\",\"phx_error\"");
  it.wait_for(two, "[\"1\",\"1\",\"room:1\",\"phx_error\"");
  it.wait_for(one, "[\"1\",\"2\",\"room:1\",\"phx_reply\",{\"status\":\"error\"");
  CHECK(it.probe.value(metrics::counter::rooms_crashed) == 1);
  CHECK(it.probe.value(metrics::gauge::members) == 0);
  it.join(two, "room:1");
  it.join(one, "room:1");
  it.say(one, line("3", "room:1", "fine"));
  for (auto* each : {&one, &two}) it.wait_for(*each, "\"fine\"");
  it.settle();
  CHECK(it.probe.value(metrics::counter::events_ordered) == 1);
}

TEST_CASE("a member of a crashed room resumes and receives the events that it missed") {
  node_fixture it(1, quiet(), make_fragile);
  auto& one = it.open(0);
  auto& two = it.open(0);
  it.join(one, "room:1");
  it.join(two, "room:1");
  it.say(one, line("2", "room:1", "before"));
  it.wait_for(two, "before");
  const auto reply = it.got(one)[1];
  const auto begin = reply.find("\"epoch\":\"") + 9;
  const auto epoch_text = reply.substr(begin, reply.find('"', begin) - begin);
  it.say(one, line("3", "room:1", "boom"));
  it.wait_for(two, "phx_error");
  it.join(one, "room:1");
  it.say(one, line("4", "room:1", "since"));
  it.wait_for(one, "since");
  it.say(two, line("5", "room:1", "phx_join",
                   R"({"resume":{"epoch":")" + epoch_text + R"(","offset":1}})"));
  it.wait_for(two, R"("recovered":true,"missed":1)");
  it.wait_for(two, "since");
  it.settle();
  CHECK(two.count("before") == 1);
  CHECK(it.probe.value(metrics::counter::resumes) == 1);
}

TEST_CASE("a room that reaches its crash limit refuses joins and another room does not") {
  auto config = quiet();
  config.limits.room_crashes_per_minute_max = 3;
  node_fixture it(1, config, make_fragile);
  auto& client = it.open(0);
  for (int i = 1; i <= 3; ++i) {
    it.join(client, "room:1");
    it.say(client, line("2", "room:1", "boom"));
    it.wait_for(client, "phx_error", static_cast<std::size_t>(i));
  }
  it.say(client, line("9", "room:1", "phx_join", "{}"));
  it.wait_for(client, row_of(errc::unavailable).reason);
  CHECK(it.probe.value(metrics::counter::rooms_restarted) == 3);
  it.join(client, "room:2");
}

TEST_CASE("without a crash limit a room may crash any number of times") {
  auto config = quiet();
  config.limits.room_crashes_per_minute_max = 0;
  node_fixture it(1, config, make_fragile);
  auto& client = it.open(0);
  for (int i = 1; i <= 20; ++i) {
    it.join(client, "room:1");
    it.say(client, line("2", "room:1", "boom"));
    it.wait_for(client, "phx_error", static_cast<std::size_t>(i));
  }
  it.join(client, "room:1");
}

TEST_CASE("a new member gets the presence state and other members a diff after the window") {
  node_fixture it(2, settings{});
  auto& one = it.open(0);
  auto& two = it.open(1);
  it.join(one, "room:1");
  it.wait_for(one, "presence_state");
  it.join(two, "room:1");
  it.wait_for(two, "presence_state");
  it.wait_for(one, "presence_diff");
  CHECK(it.probe.value(metrics::counter::presence_diffs) >= 1);
}

TEST_CASE("the history of a room is counted in the metrics") {
  node_fixture it(1);
  auto& client = it.open(0);
  it.join(client, "room:1");
  it.say(client, line("2", "room:1", "x"));
  it.wait_for(client, "\"x\"");
  it.settle();
  CHECK(it.probe.value(metrics::gauge::history_bytes) > 0);
}

namespace {

/// Four events of about 1,300 bytes each.
void fill_history(node_fixture& it, session_fixture& client, std::string_view topic_name) {
  const auto payload = "{\"x\":\"" + std::string(1'000, 'x') + "\"}";
  for (const auto* ref : {"2", "3", "4", "5"})
    it.say(client, line(ref, topic_name, "msg", payload));
  it.wait_for(client, R"("5",")" + std::string{topic_name} + R"(","phx_reply",{"status":"ok")");
}

}  // namespace

TEST_CASE("above history_bytes_max the room that is empty for longest is evicted first") {
  auto config = quiet();
  config.limits.history_bytes_max = 12'000;
  node_fixture it(1, config);
  auto& client = it.open(0);
  for (const auto* topic_name : {"room:1", "room:2", "room:3"}) {
    it.join(client, topic_name);
    fill_history(it, client, topic_name);
    it.say(client, line("6", topic_name, "phx_leave"));
    it.wait_for(client, "phx_close");
    it.settle();
  }
  CHECK(it.probe.value(metrics::gauge::rooms) == 2);
  CHECK(it.probe.value(metrics::counter::histories_cut) == 1);
  CHECK(it.probe.json().find(R"("forgotten":1)") != std::string::npos);
  CHECK(it.probe.value(metrics::gauge::history_bytes) <= 12'000);
  // The next room to evict is in use again, so the room after it is evicted.
  it.join(client, "room:2");
  it.join(client, "room:4");
  fill_history(it, client, "room:4");
  it.settle();
  CHECK(it.probe.value(metrics::gauge::rooms) == 2);
  it.say(client, line("7", "room:2", "msg"));
  it.wait_for(client, R"("7","room:2","phx_reply",{"status":"ok")");
}

TEST_CASE("rooms without history do not shorten the histories of other rooms") {
  auto config = quiet();
  config.limits.history_bytes_max = 20'000;
  node_fixture it(1, config);
  auto& client = it.open(0);
  for (int n = 0; n < 90; ++n) it.join(client, "room:idle-" + std::to_string(n));
  for (const auto* topic_name : {"room:1", "room:2"}) it.join(client, topic_name);
  for (int round = 0; round < 3; ++round) {
    for (const auto* name : {"room:1", "room:2"}) fill_history(it, client, name);
    it.settle();
  }
  CHECK(it.probe.value(metrics::gauge::rooms_with_history) == 2);
  CHECK(it.probe.value(metrics::counter::histories_cut) > 0);
  CHECK(it.probe.value(metrics::gauge::history_bytes) <= 22'000);
  CHECK(it.probe.value(metrics::gauge::history_bytes) >= 14'000);
}

TEST_CASE("without empty rooms each room keeps its share of history_bytes_max") {
  auto config = quiet();
  config.limits.history_bytes_max = 6'000;
  node_fixture it(1, config);
  auto& client = it.open(0);
  for (const auto* topic_name : {"room:1", "room:2"}) {
    it.join(client, topic_name);
    fill_history(it, client, topic_name);
    it.settle();
  }
  CHECK(it.probe.value(metrics::gauge::rooms) == 2);
  CHECK(it.probe.json().find(R"("forgotten":0)") != std::string::npos);
  CHECK(it.probe.value(metrics::counter::histories_cut) > 0);
  // At most the share of room:2 and what room:1 held before.
  CHECK(it.probe.value(metrics::gauge::history_bytes) <= 9'000);
  CHECK(it.probe.value(metrics::gauge::history_bytes) >= 3'000);
}

TEST_CASE("an event that the room handler refuses is answered with the reason and not broadcast") {
  node_fixture it(1, quiet(), make_fragile);
  auto& one = it.open(0);
  auto& two = it.open(0);
  it.join(one, "room:1");
  it.join(two, "room:1");
  it.say(one, line("2", "room:1", "no"));
  it.wait_for(one, row_of(errc::rate_limited).reason);
  it.settle();
  CHECK(it.got(two).size() == 1);
  CHECK(it.probe.value(metrics::counter::events_ordered) == 0);
}

TEST_CASE("an empty room ends when its timer expires unless it was used since") {
  lone_room its;
  its.command.id.member = connection_id{1};
  its.take(cluster::commands::join{});
  its.take(cluster::commands::push{});
  its.take(cluster::commands::leave{});
  its.take(cluster::commands::join{});
  caf::anon_send(its.room, expire_if_empty{1});  // the timer of the leave, but a join came later
  its.it.settle();
  CHECK_FALSE(its.self->has_next_message());
  its.take(cluster::commands::leave{});
  caf::anon_send(its.room, expire_if_empty{1});  // the timer of an earlier leave
  its.it.settle();
  CHECK_FALSE(its.self->has_next_message());
  caf::anon_send(its.room, expire_if_empty{2});
  its.await_end();
}

TEST_CASE("a room that has received a publish ignores the timer set at its creation") {
  lone_room its;
  its.take(cluster::commands::publish{});
  caf::anon_send(its.room, expire_if_empty{1});  // the timer that was set when the room was created
  its.it.settle();
  CHECK_FALSE(its.self->has_next_message());
  CHECK(its.it.probe.value(metrics::counter::events_ordered) == 1);
  caf::anon_send(its.room, end_now{});
  its.await_end();
}

TEST_CASE("a room that empties a thousand times has two timers and none after its end") {
  lone_room its;
  const auto armed = [&] {
    std::size_t out = 0;
    its.it.loops.on(0, [&] { out = its.it.loops.at(0).timers().armed(); });
    return out;
  };
  its.it.settle();
  const auto before = armed();
  its.command.id.member = connection_id{1};
  its.take(cluster::commands::join{});
  its.take(cluster::commands::push{});
  for (int i = 1; i < 1'000; ++i) {
    its.take(cluster::commands::leave{});
    its.take(cluster::commands::join{});
  }
  its.take(cluster::commands::leave{});
  its.it.settle();
  // One timer for the end of the room, one for the end of its history. The second is armed when the
  // delayed message that sends presence has come.
  its.it.loops.wait_until(0, [&] {
    return its.home.clock().schedule().empty() && its.it.loops.at(0).timers().armed() == before + 2;
  });
  caf::anon_send(its.room, expire_if_empty{1'000});
  its.await_end();
  its.it.settle();
  CHECK(armed() == before);
}
