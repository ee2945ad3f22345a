// SPDX-License-Identifier: Apache-2.0
// The frames that an edge encodes for all members.
#include "actors/messages/fan_out_batch.hpp"
#include "tests/fixtures/edge_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using lines = std::vector<std::string>;

TEST_CASE("with echo false an ephemeral event skips its sender, and no member of another node") {
  room_rule rule;
  rule.ephemeral = {"typing"};
  rule.echo = false;
  edge_fixture b(rule);
  b.enter(1);
  b.push(1, "2", "typing");
  CHECK(b.out.broadcasts.at(0).except == connection_id{1});
  b.tell(b.of_room(events::ephemeral{"typing", empty_object()}));
  CHECK(b.out.broadcasts.at(1).except == connection_id{});
}

TEST_CASE("notifications and ephemeral events are broadcast at once without a position") {
  edge_fixture b;
  b.enter(1);
  b.tell(b.of_room(events::notification{1, "presence_diff", empty_object()}));
  b.tell(b.of_room(events::ephemeral{"typing", empty_object()}));
  CHECK(b.broadcasts() == lines{"presence_diff", "typing"});
  for (const auto& each : b.out.broadcasts) CHECK_FALSE(each.is_ordered);
}

TEST_CASE("each kind of broadcast has its message class") {
  edge_fixture b;
  b.enter(1);
  b.tell(b.ordered(1));
  b.tell(b.of_room(events::notification{1, "presence_diff", empty_object()}));
  b.tell(b.of_room(events::notification{2, "read_receipt", empty_object()}));
  b.tell(b.of_room(events::resync{3}));
  b.tell(b.of_room(events::ephemeral{"typing", empty_object()}));
  using net::message_class;
  std::vector<message_class> got;
  for (const auto& each : b.out.broadcasts) got.push_back(each.message_class);
  CHECK(got == std::vector{message_class::out_broadcast, message_class::out_presence,
                           message_class::out_receipt, message_class::out_presence,
                           message_class::out_ephemeral});
}
