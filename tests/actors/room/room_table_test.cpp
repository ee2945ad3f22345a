#include "actors/room/room_table.hpp"

#include "tests/actors/fakes.hpp"
#include "tests/support/catch.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;

namespace {

cluster::command leave_of(const topic& where) {
  cluster::command out;
  out.where = where;
  out.what = cluster::command::kind::leave;
  return out;
}

}  // namespace

TEST_CASE("a table makes one room a topic, and none for a topic without a rule") {
  auto config = quiet();
  config.rooms[0].match = "room:*";
  world it(1, config);
  room_table table(it.node.context());
  it.loops.on(0, [&] {
    table.give(leave_of(topic{"room:1"}));
    table.give(leave_of(topic{"room:1"}));
    table.give(leave_of(topic{"room:2"}));
    table.give(leave_of(topic{"other:1"}));
  });
  CHECK(it.probe.value(metrics::gauge::rooms) == 2);
  it.loops.on(0, [&] { table.end_all(); });
}

TEST_CASE("a room is forgotten only when it has taken every command that was given") {
  world it(1);
  room_table table(it.node.context());
  const topic where{"room:1"};
  auto join = leave_of(where);
  join.what = cluster::command::kind::join;
  join.member = connection_id{1};
  join.number = 1;
  bool too_early = true;
  bool in_time = false;
  it.loops.on(0, [&] {
    table.give(join);
    table.give(join);
    too_early = table.forget(where, 1);
    in_time = table.forget(where, 2);
  });
  CHECK_FALSE(too_early);
  CHECK(in_time);
  CHECK(it.probe.value(metrics::gauge::rooms) == 0);
  it.loops.on(0, [&] { table.give(join); });
  CHECK(it.probe.value(metrics::gauge::rooms) == 1);
  it.loops.on(0, [&] { table.end_all(); });
}

TEST_CASE("a table that has ended makes no rooms") {
  world it(1);
  room_table table(it.node.context());
  it.loops.on(0, [&] {
    table.end_all();
    table.give(leave_of(topic{"room:1"}));
  });
  CHECK(it.probe.value(metrics::gauge::rooms) == 0);
}

TEST_CASE("a table lists the rooms that match, by topic, after one and at most so many") {
  world it(1);
  room_table table(it.node.context());
  it.loops.on(0, [&] {
    for (const auto* name : {"room:3", "room:1", "other:1", "room:2", "room:4"}) {
      table.give(leave_of(topic{name}));
    }
  });
  it.settle();
  const auto names = [&](std::string_view match, std::string_view after, std::size_t most) {
    std::string out;
    it.loops.on(0, [&] {
      for (const auto& each : table.list(match, after, most)) out += each.where.name + " ";
    });
    return out;
  };
  CHECK(names("*", "", 10) == "other:1 room:1 room:2 room:3 room:4 ");
  CHECK(names("room:*", "room:1", 2) == "room:2 room:3 ");
  CHECK(names("room:2", "", 10) == "room:2 ");
  CHECK(names("room", "", 10).empty());
  it.loops.on(0, [&] {
    const auto one = table.list("room:2", "", 1);
    CHECK(one.at(0).kind == "relay");
    CHECK(one.at(0).at == offset{0});
    CHECK_FALSE(one.at(0).epoch_text.empty());
    table.end_all();
    CHECK(table.list("*", "", 10).empty());
  });
}

TEST_CASE("a look makes no room") {
  world it(1);
  room_table table(it.node.context());
  auto look = leave_of(topic{"room:1"});
  look.what = cluster::command::kind::look;
  it.loops.on(0, [&] { table.give(look); });
  CHECK(it.probe.value(metrics::gauge::rooms) == 0);
}
