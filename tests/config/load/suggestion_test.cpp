// SPDX-License-Identifier: Apache-2.0
#include "config/load/suggestion.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;

TEST_CASE("the edit distance counts insertions, removals and replacements") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("idel_ms", "idle_ms") == 2);
}

TEST_CASE("a misspelled key gets the nearest key as its suggestion") {
  std::vector<std::string> known{"listen.host", "listen.port", "admin.port", "limits.idle_ms"};
  CHECK(suggest_name("listen.prot", known) == "listen.port");
  CHECK(suggest_name("limit.idle_ms", known) == "limits.idle_ms");
}

TEST_CASE("a key in another letter case gets the right key as its suggestion") {
  std::vector<std::string> known{"ROOST_NODE__NAME", "ROOST_LISTEN__PORT", "ROOST_ADMIN__PORT"};
  CHECK(suggest_name("ROOST_listen__port", known) == "ROOST_LISTEN__PORT");
  CHECK(suggest_name("Listen.Port", {"node.name", "listen.port"}) == "listen.port");
}

TEST_CASE("an incomplete key gets a suggestion from the same object first") {
  std::vector<std::string> known{"history", "history.events_max", "history.age_ms_max",
                                 "events",  "presence.window_ms", "receipts.window_ms"};
  CHECK(suggest_name("history.events", known) == "history.events_max");
  CHECK(suggest_name("history.age", known) == "history.age_ms_max");
  CHECK(suggest_name("receipts.window", known) == "receipts.window_ms");
  CHECK(suggest_name("presence.window_ms_max", known) == "presence.window_ms");
  CHECK(suggest_name("window", known) == "presence.window_ms");
  CHECK(suggest_name("event", known) == "events");
}

TEST_CASE("a section gets its first setting as its suggestion") {
  std::vector<std::string> known{"rates.address.connects", "rates.connection.messages.per_second",
                                 "rates.connection.messages.burst", "rooms"};
  CHECK(suggest_name("rates.connection.message", known) == "rates.connection.messages.per_second");
  CHECK(suggest_name("rates.connection.messages", known) == "rates.connection.messages.per_second");
}

TEST_CASE("a key without its section gets the first key of that name as its suggestion") {
  std::vector<std::string> known{"node", "listen.port", "admin.port"};
  CHECK(suggest_name("port", known) == "listen.port");
}
