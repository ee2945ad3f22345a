// SPDX-License-Identifier: Apache-2.0
#include "actors/room/handler_runner.hpp"

#include <functional>
#include <stdexcept>
#include <string>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/scripted_handler.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

constexpr cluster::member_id ann{node_id{1}, connection_id{1}};
constexpr cluster::member_id bob{node_id{2}, connection_id{1}};

struct runner_fixture {
  using calls = std::function<void(room_context&, const std::string& call)>;
  explicit runner_fixture(calls by = [](auto&, auto&) {})
      : runner(std::make_unique<scripted_handler>([this, by](auto& context, auto*, auto& call) {
                 notes.push_back(call);
                 by(context, call);
               }),
               7) {}
  void join(const cluster::member_id& id) { answer = runner.join(id, name(id), "{}", now, out); }
  void leave(const cluster::member_id& id) { runner.leave(id, now, out); }
  void push(const cluster::member_id& id, std::string_view event) {
    const payload body = json_payload("{}");
    answer = runner.message(id, {event, body}, now, out);
  }
  void tick_at(int ms) {
    now = start + milliseconds{ms};
    runner.tick(now, out);
  }
  int due_ms() const {
    const auto after = runner.next_due().value_or(start - milliseconds{1}) - start;
    return static_cast<int>(std::chrono::duration_cast<milliseconds>(after).count());
  }
  static std::string_view name(const cluster::member_id& id) { return id == ann ? "ann" : "bob"; }

  const time_point start{std::chrono::hours{1}};
  time_point now = start;
  std::vector<std::string> notes;
  handler_runner::effects out;
  handler_runner::answer answer;
  handler_runner runner;
};

using lines = std::vector<std::string>;
constexpr int no_tick = -1;

}  // namespace

TEST_CASE("a handler is told of each member once and lists members in the order of their joins") {
  lines listed;
  runner_fixture b([&](room_context& context, const std::string& call) {
    if (call != "push bob list") return;
    context.each_member([&](const room_member& each) { listed.push_back(each.user); });
    CHECK(context.member_count() == 2);
  });
  b.join(bob);
  b.join(ann);
  b.push(bob, "list");
  CHECK(listed == lines{"bob", "ann"});
  b.leave(bob);
  b.leave(bob);
  CHECK(b.notes == lines{"join bob {}", "join ann {}", "push bob list", "leave bob"});
}

TEST_CASE("a member that joins again leaves first") {
  runner_fixture b;
  b.join(ann);
  b.join(ann);
  CHECK(b.notes == lines{"join ann {}", "leave ann", "join ann {}"});
}

TEST_CASE("a member that the handler refuses is not in and never leaves") {
  runner_fixture b(
      [](room_context& context, const std::string&) { context.refuse("full \"up\""); });
  b.join(ann);
  REQUIRE(b.answer);
  CHECK(b.answer->why == errc::room_refused);
  CHECK(b.answer->response.data.view() == R"({"reason":"full \"up\"","code":115})");
  CHECK(b.out.empty());
  b.leave(ann);
  CHECK(b.notes == lines{"join ann {}"});
}

TEST_CASE("a kicked member leaves within the call and a reply in on_leave is ignored") {
  runner_fixture b([](room_context& context, const std::string& call) {
    if (call.starts_with("push")) context.kick(bob, "rude");
    if (call == "leave bob") {
      CHECK(context.member_count() == 1);
      context.refuse("nobody asked");
      context.broadcast("bob_left", json_payload("{}"));
      context.kick(bob);
    }
  });
  b.join(ann);
  b.join(bob);
  b.push(ann, "kick");
  CHECK(b.notes.back() == "leave bob");
  REQUIRE(b.out.size() == 3);
  CHECK_FALSE(b.answer);
  CHECK(std::get<kick_effect>(b.out[0]).reason == "rude");
  CHECK(std::get<broadcast_effect>(b.out[1]).event == "bob_left");
  b.leave(bob);
  CHECK(b.notes.size() == 4);
}

TEST_CASE("ticks do not drift and missed ticks are skipped") {
  runner_fixture b([](room_context& context, const std::string& call) {
    if (call == "push ann start") context.tick_every(milliseconds{50});
    if (call == "push ann stop") context.stop_ticking();
  });
  b.join(ann);
  CHECK(b.due_ms() == no_tick);
  b.push(ann, "start");
  CHECK(b.due_ms() == 50);
  b.tick_at(49);
  b.notes.clear();
  b.tick_at(53);  // late; the next tick is due as if it were not
  CHECK(b.due_ms() == 100);
  b.push(ann, "start");  // the present interval: nothing changes
  CHECK(b.due_ms() == 100);
  b.tick_at(260);  // three were missed: one call
  CHECK(b.due_ms() == 300);
  CHECK(b.notes == lines{"tick", "push ann start", "tick"});
  b.push(ann, "stop");
  CHECK(b.due_ms() == no_tick);
  b.tick_at(1'000);
  CHECK(b.notes.size() == 4);
}

TEST_CASE("the interval of ticks is at least tick_min and a tick can change it") {
  runner_fixture b([](room_context& context, const std::string& call) {
    context.tick_every(milliseconds{call == "tick" ? 200 : 0});
  });
  b.push(ann, "start");
  CHECK(b.due_ms() == room_context::tick_min.count());
  b.tick_at(30);
  CHECK(b.due_ms() == 230);
}

TEST_CASE("a call over the bounds of effects throws") {
  runner_fixture b([](room_context& context, const std::string&) {
    for (std::size_t i = 0; i <= room_context::effects_max; ++i) context.kick(bob);
  });
  CHECK_THROWS_AS(b.push(ann, "go"), std::length_error);
}

TEST_CASE("an event whose name clients could not take throws") {
  for (const std::string name : {"", "phx_close", "presence_diff", "a\nb"}) {
    runner_fixture b([&](room_context& context, const std::string&) {
      context.broadcast(name, json_payload("{}"));
    });
    CHECK_THROWS_AS(b.push(ann, "go"), std::invalid_argument);
  }
}
