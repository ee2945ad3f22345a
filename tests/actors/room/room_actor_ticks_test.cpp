// SPDX-License-Identifier: Apache-2.0
// A room kind with ticks on a whole node.
#include <stdexcept>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"
#include "tests/fixtures/scripted_handler.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;

namespace {

/// Counts ticks after "start", until "stop"; "boom" makes the next tick throw.
handler_factory counter() {
  return [](const room_rule&) {
    return std::make_unique<scripted_handler>(
        [count = 0, is_broken = false](room_context& context, const room_member* member,
                                       const std::string& call) mutable {
          if (call == "push  start") context.tick_every(milliseconds{10});
          if (call == "push  stop") context.stop_ticking();
          if (call == "push  boom") is_broken = true;
          if (call == "push  whisper") context.send(member->id, "psst", json_payload("{}"));
          if (call == "push  out") context.kick(member->id, "as asked");
          if (call != "tick") return;
          if (is_broken) throw std::runtime_error("boom");
          context.broadcast("count", json_payload("{\"n\":" + std::to_string(++count) + "}"));
        });
  };
}

}  // namespace

TEST_CASE("a ticking room broadcasts its state to members on every loop until it stops") {
  node_fixture it(2, quiet(), counter());
  auto& ann = it.open(0);
  auto& bob = it.open(1);
  it.join(ann, "room:1");
  it.join(bob, "room:1");
  it.say(ann, line("2", "room:1", "start"));
  for (auto* each : {&ann, &bob}) it.wait_for(*each, R"("count",{"n":5}])");
  it.say(ann, line("3", "room:1", "stop"));
  it.wait_for(ann, R"(["1","3","room:1","phx_reply",{"status":"ok","response":{}}])");
  const auto before = it.got(ann).size();
  it.say(ann, line("4", "room:1", "whisper"));
  it.wait_for(ann, R"(["1",null,"room:1","psst",{}])");
  CHECK(it.got(ann).size() == before + 2);
  for (const auto& frame : it.got(bob)) CHECK(frame.find("psst") == std::string::npos);
}

TEST_CASE("a tick that throws ends every channel and the next handler starts without ticks") {
  node_fixture it(1, quiet(), counter());
  auto& client = it.open(0);
  it.join(client, "room:1");
  it.say(client, line("2", "room:1", "start"));
  it.say(client, line("3", "room:1", "boom"));
  it.wait_for(client, "phx_error");
  it.say(client, R"(["5","5","room:1","phx_join",{}])");
  it.wait_for(client, R"(["5","5","room:1","phx_reply",{"status":"ok")");
  CHECK(it.probe.value(metrics::counter::rooms_crashed) == 1);
  it.say(client, R"(["5","6","room:1","start",{}])");
  it.wait_for(client, R"("count",{"n":1}])", 1);
}

TEST_CASE("a member that its room removes is no member and can join again") {
  node_fixture it(1, quiet(), counter());
  auto& client = it.open(0);
  it.join(client, "room:1");
  it.say(client, line("2", "room:1", "out"));
  it.wait_for(client, R"(["1","1","room:1","phx_close",{"reason":"as asked"}])");
  it.settle();
  CHECK(it.probe.value(metrics::gauge::members) == 0);
  it.say(client, R"(["5","5","room:1","phx_join",{}])");
  it.wait_for(client, R"(["5","5","room:1","phx_reply",{"status":"ok")");
}
