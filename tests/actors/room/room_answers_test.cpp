// SPDX-License-Identifier: Apache-2.0
// The kinds of events with which a room answers each kind of command.
#include <map>
#include <set>

#include "config/base/overloaded.hpp"
#include "tests/fixtures/room_fixture.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

using kinds = std::set<std::size_t>;  // indexes in cluster::event::body

template <class... Kinds>
kinds kinds_of() {
  using body = decltype(cluster::event::body);
  return {body{Kinds{}}.index()...};
}

/// Does not compile while a kind of command is missing.
kinds expected(const room_fixture::body& command) {
  using namespace events;
  return std::visit(
      overloaded{
          [](const commands::join&) { return kinds_of<joined, refused>(); },
          [](const commands::leave&) { return kinds_of<left>(); },
          [](const commands::push&) { return kinds_of<ordered, repeated, refused>(); },
          [](const commands::update_meta&) { return kinds_of<done, refused>(); },
          [](const commands::mark_read&) { return kinds_of<done, refused>(); },
          [](const commands::fetch&) { return kinds_of<page>(); },
          [](const commands::fetch_side_state&) { return kinds_of<side_state>(); },
          [](const commands::publish&) { return kinds_of<ordered, repeated, refused>(); },
          [](const commands::query&) { return kinds_of<snapshot>(); },
          [](const commands::ephemeral&) { return kinds{}; },
          [](const commands::attach&) { return kinds_of<attached>(); },
          [](const commands::detach&) { return kinds{}; },
          [](const commands::unknown&) { return kinds_of<refused>(); },
      },
      command);
}

}  // namespace

TEST_CASE(
    "each kind of command is answered by the kinds of events that belong to it and no other") {
  const commands::mark_read mark{"ann", {"e1", offset{1}}};
  const commands::push push{"ann", "msg", {}, "key"};
  const commands::publish publish{"msg", {}, "key"};
  const std::vector<room_fixture::body> numbered = {push,
                                                    push,
                                                    publish,
                                                    publish,
                                                    commands::update_meta{},
                                                    mark,
                                                    commands::unknown{200},
                                                    commands::join{},
                                                    push,
                                                    commands::leave{}};
  const std::vector<room_fixture::body> others = {commands::fetch{}, commands::fetch_side_state{},
                                                  commands::query{}, commands::attach{}};
  const std::vector<room_fixture::body> silent = {commands::ephemeral{}, commands::detach{}};
  std::map<std::size_t, kinds> seen;
  for (const bool is_closed : {false, true}) {
    for (const bool is_member : {false, true}) {
      room_fixture b;
      if (is_member) b.join(1);
      b.room.close(is_closed);
      for (const auto& each : numbered) {
        seen[each.index()].insert(b.answer(b.command(each, 1)).body.index());
      }
      for (const auto& each : others) {
        seen[each.index()].insert(b.answer(b.unnumbered(each, 1)).body.index());
      }
      for (const auto& each : silent) {
        CHECK(b.apply(b.unnumbered(each, 1)).empty());
        seen[each.index()] = {};
      }
    }
  }
  CHECK(seen.size() == std::variant_size_v<room_fixture::body>);
  for (const auto& each : numbered) CHECK(seen[each.index()] == expected(each));
  for (const auto& each : others) CHECK(seen[each.index()] == expected(each));
  for (const auto& each : silent) CHECK(seen[each.index()] == expected(each));
}
