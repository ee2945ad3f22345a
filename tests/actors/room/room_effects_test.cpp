// SPDX-License-Identifier: Apache-2.0
// How a room turns the effects of its handler into events.
#include <stdexcept>

#include "tests/fixtures/room_fixture.hpp"
#include "tests/fixtures/scripted_handler.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

using lines = std::vector<std::string>;

/// An event as short text.
std::string brief(const cluster::event& event) {
  const auto text = [](const payload& of) { return std::string(of.data.view()); };
  const auto at = [&] { return " at " + std::to_string(event.at.value); };
  if (const auto* it = std::get_if<events::ordered>(&event.body)) {
    return it->name + at() + (it->is_answer ? " answers " : " after ") +
           std::to_string(it->command.number) + (it->skips_origin ? " but not to it" : "");
  }
  if (const auto* it = std::get_if<events::done>(&event.body)) return "done " + text(it->response);
  if (const auto* it = std::get_if<events::refused>(&event.body)) {
    return "refused " + std::string(row_of(it->why).name) + " " + text(it->response);
  }
  if (const auto* it = std::get_if<events::unicast>(&event.body)) {
    return it->name + " to " + std::to_string(it->to.connection.value) + " as unicast " +
           std::to_string(it->number);
  }
  if (const auto* it = std::get_if<events::kicked>(&event.body)) {
    return "kicked " + std::to_string(it->member.connection.value) + " " + text(it->payload);
  }
  if (const auto* it = std::get_if<events::repeated>(&event.body)) {
    return "repeated " + std::to_string(it->at.at.value);
  }
  if (is<events::joined>(event)) return "joined" + at();
  if (is<events::left>(event)) return "left";
  return is<events::crashed>(event) ? "crashed" : "other";
}

lines brief(const std::vector<cluster::event_ptr>& events) {
  lines out;
  for (const auto& each : events) out.push_back(brief(*each));
  return out;
}

payload json(std::string_view text) { return json_payload(text); }

const cluster::member_id one{room_fixture::here.node, connection_id{1}};
const cluster::member_id two{room_fixture::here.node, connection_id{2}};

/// A room with the members 1 and 2; what its handler does for the event of a push is given.
struct effects_fixture {
  using calls = std::function<void(room_context&, const std::string& call)>;
  explicit effects_fixture(calls by, const room_rule& rule = without_presence())
      : room(rule, nullptr,
             scripted_handler::make([this, by](auto& context, auto*, const auto& call) {
               notes.push_back(call);
               by(context, call);
             })) {
    for (std::uint64_t member : {1, 2}) room.apply(room.command(commands::join{}, member));
    notes.clear();
  }
  lines push(const std::string& event) { return brief(room.apply(room.pushing(1, event))); }

  lines notes;
  room_fixture room;
};

}  // namespace

TEST_CASE("the first broadcast answers the push and each broadcast has an offset of its own") {
  effects_fixture b([](room_context& context, const std::string& call) {
    if (call != "push  two") return;
    context.broadcast("a", json("1"));
    context.broadcast_to_others("b", json("2"));
  });
  CHECK(b.push("two") == lines{"a at 1 answers 3", "b at 2 after 3 but not to it"});
  CHECK(b.push("none") == lines{"done "});
  CHECK(b.room.room.past().size() == 2);
}

TEST_CASE("a reply of the handler comes before its broadcasts") {
  effects_fixture b([](room_context& context, const std::string& call) {
    if (!call.starts_with("push")) return;
    context.broadcast("a", json("1"));
    call == "push  no" ? context.refuse("not you") : context.reply(json("{\"n\":1}"));
  });
  CHECK(b.push("yes") == lines{"done {\"n\":1}", "a at 1 after 3"});
  CHECK(b.push("no") ==
        lines{"refused room_refused {\"reason\":\"not you\",\"code\":115}", "a at 2 after 4"});
}

TEST_CASE("an effect before the first broadcast keeps its place and the answer has the position") {
  effects_fixture b([](room_context& context, const std::string& call) {
    if (!call.starts_with("push")) return;
    context.send(two, "private", json("1"));
    context.broadcast("a", json("1"));
    context.send({node_id{99}, connection_id{2}}, "lost", json("1"));
    context.send(one, "private", json("1"));
  });
  CHECK(b.push("go") == lines{R"(done {"epoch":"e1","offset":1})", "private to 2 as unicast 1",
                              "a at 1 after 3", "private to 1 as unicast 2"});
}

TEST_CASE("a kicked member is out at once and its leave changes nothing more") {
  effects_fixture b([](room_context& context, const std::string& call) {
    if (call == "push  kick") context.kick(two, "rude");
    if (call == "push  kick") context.broadcast("after", json("1"));
    if (call.starts_with("leave")) context.broadcast("gone", json("1"));
  });
  CHECK(b.push("kick") == lines{R"(done {"epoch":"e1","offset":1})",
                                R"(kicked 2 {"reason":"rude"})", "after at 1 after 3",
                                "gone at 2 after 3"});
  CHECK(b.room.room.members() == 1);
  CHECK(b.push("kick").size() == 2);  // it is out: only the broadcast
  CHECK(brief(b.room.apply(b.room.pushing(2, "hi"))) == lines{"refused unmatched_topic "});
  CHECK(brief(b.room.leave(2)) == "left");
  CHECK(b.notes == lines{"push  kick", "leave ", "push  kick"});
}

TEST_CASE("a call that throws has no effects") {
  effects_fixture b([](room_context& context, const std::string& call) {
    if (!call.starts_with("push")) return;
    context.broadcast("a", json("1"));
    context.kick(two);
    context.tick_every(milliseconds{50});
    throw std::runtime_error("boom");
  });
  CHECK(b.push("go") == lines{"crashed", "refused join_crashed "});
  CHECK(b.room.room.head() == offset{});
  CHECK_FALSE(b.room.room.next_due());
  CHECK(b.room.join(1).at == offset{});
}

TEST_CASE("on_leave that throws because of a kick undoes the whole call") {
  effects_fixture b([](room_context& context, const std::string& call) {
    if (call == "push  kick") context.kick(two);
    if (call == "push  kick") context.broadcast("a", json("1"));
    if (call.starts_with("leave")) throw std::runtime_error("boom");
  });
  CHECK(b.push("kick") == lines{"crashed", "refused join_crashed "});
  CHECK(b.room.room.head() == offset{});
}

TEST_CASE("a repeated command gets the handler's own answer again and has no effects again") {
  effects_fixture b([](room_context& context, const std::string& call) {
    if (!call.starts_with("push")) return;
    context.broadcast("a", json("1"));
    call == "push  no" ? context.refuse("not you") : context.reply(json("{\"n\":1}"));
  });
  for (const std::string event : {"yes", "no"}) {
    const auto command = b.room.pushing(1, event);
    const auto first = brief(b.room.apply(command));
    REQUIRE(first.size() == 2);
    CHECK(brief(b.room.apply(command)) == lines{first[0]});
  }
  CHECK(b.notes == lines{"push  yes", "push  no"});
  CHECK(b.room.room.head() == offset{2});
}

TEST_CASE("a push with a known idempotency key does not reach the handler") {
  effects_fixture b([](room_context& context, const std::string& call) {
    if (call == "push  a") context.broadcast("a", json("1"));
    if (call.starts_with("push")) context.reply(json("{}"));
  });
  const auto push_with_key = [&b](const std::string& event) {
    auto pushed = b.room.pushing(1, event);
    as<commands::push>(pushed).idempotency_key = event;
    return brief(b.room.apply(pushed)).front();
  };
  CHECK(push_with_key("quiet") == "done {}");
  CHECK(push_with_key("a") == "done {}");
  CHECK(push_with_key("a") == "repeated 1");
  CHECK(push_with_key("quiet") == "repeated 0");
  CHECK(b.notes == lines{"push  quiet", "push  a"});
}

TEST_CASE("with echo off no broadcast of a push goes to its sender") {
  auto rule = without_presence();
  rule.echo = false;
  effects_fixture b(
      [](room_context& context, const std::string& call) {
        context.broadcast("a", json("1"));
        if (call.starts_with("push")) context.broadcast("b", json("1"));
      },
      rule);
  CHECK(b.push("go") == lines{"a at 3 answers 3 but not to it", "b at 4 after 3 but not to it"});
  CHECK(brief(b.room.apply(b.room.command(commands::leave{}, 2))) ==
        lines{"left", "a at 5 after 4"});
}

TEST_CASE("effects of a join follow its answer and may go to the new member") {
  effects_fixture b([](room_context& context, const std::string& call) {
    if (!call.starts_with("join")) return;
    context.send({room_fixture::here.node, connection_id{3}}, "welcome", json("1"));
    context.broadcast_to_others("new", json("1"));
  });
  const auto got = brief(b.room.apply(b.room.command(commands::join{}, 3)));
  CHECK(got == lines{"joined at 2", "welcome to 3 as unicast 1", "new at 3 after 3 but not to it"});
}

TEST_CASE("a tick has no command to answer and its crash refuses none") {
  effects_fixture b([](room_context& context, const std::string& call) {
    if (call == "push  start") context.tick_every(milliseconds{50});
    if (call != "tick") return;
    context.reply(json("nobody asked"));
    context.broadcast("state", json("1"));
    context.send(two, "private", json("1"));
    if (context.now() > time_point{std::chrono::hours{1}} + milliseconds{60}) {
      throw std::runtime_error("boom");
    }
  });
  b.push("start");
  CHECK(b.room.room.next_due() == b.room.now + milliseconds{50});
  CHECK(brief(b.room.tick(milliseconds{49})).empty());
  CHECK(brief(b.room.tick(milliseconds{1})) ==
        lines{"state at 1 after 0", "private to 2 as unicast 1"});
  CHECK(brief(b.room.tick(milliseconds{50})) == lines{"crashed"});
  CHECK(brief(b.room.tick(milliseconds{50})).empty());
}

TEST_CASE("the server API is no member") {
  cluster::member_id sender{node_id{1}, connection_id{1}};
  room_fixture b(without_presence(), nullptr,
                 scripted_handler::make([&](auto& context, const auto* member, const auto&) {
                   if (member) sender = member->id;
                   context.broadcast_to_others("a", json("1"));
                 }));
  CHECK(brief(b.apply(b.command(commands::publish{"go", json("{}"), {}}, 0))) ==
        lines{"a at 1 answers 1 but not to it"});
  CHECK(sender == cluster::member_id{});
}
