// SPDX-License-Identifier: Apache-2.0
#include "config/load/reload_change.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;

namespace {

const setting_declaration port{.key = "listen.port", .type = value_type::integer};

setting_declaration secret() {
  auto out = setting_declaration{.key = "admin.api_key", .type = value_type::text};
  out.is_secret = true;
  return out;
}

}  // namespace

TEST_CASE("a change names the setting, its old and its new value") {
  CHECK(text_of(change_of(port, port.key, 1, 2)) == "listen.port: 1 -> 2");
  CHECK(text_of(reload_change{"rooms[2]", "", "\"a:*\""}) == "rooms[2]: new: \"a:*\"");
  CHECK(text_of(reload_change{"rooms[2]", "\"a:*\"", ""}) == "rooms[2]: removed: \"a:*\"");
}

TEST_CASE("a change of a secret shows no value") {
  CHECK(text_of(change_of(secret(), "admin.api_key", "old", "new")) == "admin.api_key: changed");
  CHECK(needs_restart(secret(), "admin.api_key", "old", "new") ==
        "admin.api_key: has changed, which needs a restart; the old value stays in use");
}

TEST_CASE("a change that needs a restart names the value that stays") {
  CHECK(needs_restart(port, port.key, 1, 2) ==
        "listen.port: is 2 now, which needs a restart; it stays 1");
}

TEST_CASE("a long value is truncated after 200 bytes") {
  CHECK(shown_value(std::string(500, 'x')) == "\"" + std::string(199, 'x') + "...");
}
