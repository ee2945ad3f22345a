// SPDX-License-Identifier: Apache-2.0
#include "config/load/reload_diff.hpp"

#include <set>
#include <string>

#include "config/schema/schema.hpp"
#include "tests/config/load/config_file.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::testing;

namespace {

settings now_of(const std::string& text) { return load_text(text).values; }

std::string changes_of(const reload_diff& diff) {
  std::string out;
  for (const auto& change : diff.changes) out += text_of(change) + "\n";
  return out;
}

}  // namespace

TEST_CASE("a reload applies reloadable settings and reports their old and new values") {
  auto diff = diff_settings(now_of("{}"), load_text(R"({"limits": {"idle_ms": 30000, "ping_ms": 9},
    "log": {"level": "debug"}, "rates": {"connection": {"messages": {"per_second": 7}}}})"));
  CHECK(all_of(diff.problems) == "");
  CHECK(all_of(diff.warnings) == "");
  CHECK(changes_of(diff) ==
        "limits.idle_ms: 90000 -> 30000\nlimits.ping_ms: 0 -> 9\n"
        "rates.connection.messages.per_second: 100 -> 7\nlog.level: \"info\" -> \"debug\"\n");
  CHECK(diff.values.limits.idle_ms == 30'000);
  CHECK(diff.values.log.level == log_level::debug);
}

TEST_CASE("a reload of the same configuration changes nothing") {
  const auto* text = R"({"listen": {"port": 4100}, "rooms": [{"match": "a:*"}, {"match": "b"}]})";
  auto diff = diff_settings(now_of(text), load_text(text));
  CHECK(diff.changes.empty());
  CHECK(diff.warnings.empty());
  CHECK(diff.problems.empty());
}

TEST_CASE("a reload with a problem changes nothing") {
  auto diff = diff_settings(now_of("{}"),
                            load_text(R"({"limits": {"idle_ms": 30000, "channels_max": 0}})"));
  CHECK(all_of(diff.problems) == "limits.channels_max: is 0, must be 1..65536\n");
  CHECK(diff.changes.empty());
  CHECK(diff.values.limits.idle_ms == 90'000);
}

TEST_CASE("a setting that needs a restart is reported and keeps its value while others change") {
  auto diff = diff_settings(now_of("{}"), load_text(R"({"listen": {"port": 5000},
    "sockets": [{"path": "/live"}], "log": {"format": "text", "level": "error"}})"));
  CHECK(all_of(diff.warnings) ==
        "listen.port: is 5000 now, which needs a restart; it stays 4000\n"
        "log.format: is \"text\" now, which needs a restart; it stays \"json\"\n"
        "sockets: has changed, which needs a restart; the old value stays in use\n");
  CHECK(changes_of(diff) == "log.level: \"info\" -> \"error\"\n");
  CHECK(diff.values.listen.port == 4'000);
  CHECK(diff.values.sockets[0].path == "/socket");
  CHECK(diff.values.log.format == log_format::json);
}

TEST_CASE("reloaded settings are cross-checked with those that stay until a restart") {
  auto next = load_text(
      R"({"limits": {"frame_bytes_max": 4000000, "inbound_bytes_max": 4000000,
          "outbox_bytes_max": 4000000, "payload_bytes_max": 2000000, "idle_ms": 30000}})");
  REQUIRE(next.problems.empty());
  auto diff = diff_settings(now_of("{}"), next);
  CHECK(all_of(diff.problems)
            .starts_with("limits.payload_bytes_max: is 2000000, must be at most "
                         "limits.inbound_bytes_max, which is 1000000\n"));
  CHECK(diff.changes.empty());
  CHECK(diff.values.limits.idle_ms == 90'000);
  CHECK(diff.values.limits.payload_bytes_max == 262'144);
}

TEST_CASE("a changed secret is reported without its value") {
  const std::string before(40, 'b');
  const std::string after(40, 'a');
  auto auth = [](const std::string& key) {
    return R"({"auth": {"hs256_secret": ")" + key + "\"}}";
  };
  auto diff = diff_settings(now_of(auth(before)), load_text(auth(after)));
  CHECK(changes_of(diff) == "auth.hs256_secret: changed\n");
  CHECK(diff.changes[0].from.empty());
  CHECK(diff.changes[0].to.empty());
  CHECK(diff.values.auth.hs256_secret == after);
}

TEST_CASE("a new token key restricts rooms without a join rule to users") {
  auto diff = diff_settings(
      now_of(R"({"rooms": [{"match": "a"}, {"match": "b", "allow": {"join": "any"}}]})"),
      load_text(R"({"auth": {"jwks_url": "https://id/keys"}, "rooms": [{"match": "a"},
                    {"match": "b", "allow": {"join": "any"}}]})"));
  CHECK(changes_of(diff) ==
        "auth.jwks_url: \"\" -> \"https://id/keys\"\nrooms[0].allow.join: \"any\" -> \"user\"\n");
}

TEST_CASE("a reload reports the warnings of the new configuration") {
  auto diff = diff_settings(now_of("{}"), load_text(R"({"limits": {"ping_ms": 90000}})"));
  REQUIRE(diff.warnings.size() == 1);
  CHECK(diff.warnings[0].starts_with("limits.ping_ms: is 90000, but limits.idle_ms"));
}

TEST_CASE("room rules and limits and rates and auth and drain and log.level are reloadable") {
  // A session, an outbox or a loop is built with these.
  const std::set<std::string> built_in{"limits.frame_bytes_max",      "limits.outbox_bytes_max",
                                       "limits.inbound_messages_max", "limits.inbound_bytes_max",
                                       "limits.flush_sends_max",      "limits.flush_us_max"};
  for (const auto& one : listed_settings()) {
    const auto& key = one.declaration.key;
    INFO(key);
    if (key.starts_with("rates.") || key.starts_with("auth.") || key.starts_with("drain.")) {
      CHECK(one.declaration.is_reloadable);
    }
    if (key.starts_with("node.") || key.starts_with("sockets") || key.starts_with("store.") ||
        key.starts_with("cluster.")) {
      CHECK_FALSE(one.declaration.is_reloadable);
    }
    if (key.starts_with("limits.")) CHECK(one.declaration.is_reloadable == !built_in.contains(key));
    if (key.starts_with("log.")) CHECK(one.declaration.is_reloadable == (key == "log.level"));
    if (key.starts_with("admin.")) CHECK(one.declaration.is_reloadable == (key == "admin.api_key"));
    if (key.starts_with("listen."))
      CHECK(one.declaration.is_reloadable == (key == "listen.host_names"));
    if (key.starts_with("rooms[].")) {
      CHECK(one.declaration.is_reloadable ==
            (key != "rooms[].kind" && key != "rooms[].durability"));
    }
  }
}
