// SPDX-License-Identifier: Apache-2.0
#include "config/load/cross_checks.hpp"

#include <filesystem>
#include <fstream>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temporary_path.hpp"

using namespace roost;

namespace {

struct findings {
  std::vector<problem> problems;
  std::vector<std::string> warnings;
};
findings check(const settings& all) {
  findings out;
  check_together(all, out.problems, out.warnings);
  return out;
}

}  // namespace

TEST_CASE("the default settings cause no problem and no warning") {
  CHECK(check({}).problems.empty());
  CHECK(check({}).warnings.empty());
}

TEST_CASE("a payload must fit into a frame and an outbox and the inbound bytes") {
  settings all;
  all.limits.payload_bytes_max = 2'000'000;
  auto found = check(all).problems;
  REQUIRE(found.size() == 3);
  for (const auto& one : found) CHECK(one.key == "limits.payload_bytes_max");
  CHECK(found[0].text == "is 2000000, must be at most limits.inbound_bytes_max, which is 1000000");
  CHECK(found[1].text ==
        "is 2000000, must be at most 996928 to fit with its envelope into limits.frame_bytes_max "
        "(1000000)");
  CHECK(found[2].text ==
        "is 2000000, must be at most 747696 to fit as base64 (V1) with its envelope into "
        "limits.outbox_bytes_max (1000000)");
}

TEST_CASE("a payload limit is rejected if the frame of a payload does not fit into an outbox") {
  for (auto [payload, outbox, is_taken] :
       std::initializer_list<std::tuple<std::uint32_t, std::uint32_t, bool>>{
           {65'536, 65'536, false},
           {800'000, 1'000'000, false},
           {262'144, 262'144, false},
           {747'696, 1'000'000, true},
           {747'697, 1'000'000, false},
           {9'000, 16'384, true}}) {
    INFO(payload << " " << outbox);
    settings all;
    all.limits.payload_bytes_max = payload;
    all.limits.outbox_bytes_max = outbox;
    CHECK(check(all).problems.empty() == is_taken);
  }
}

TEST_CASE("a presence meta must fit into an outbox with its envelope") {
  settings all;
  all.limits.payload_bytes_max = all.limits.inbound_bytes_max = 40'000;
  all.limits.outbox_bytes_max = 65'536;
  all.rooms[0].presence.meta_bytes_max = 40'000;
  CHECK(check(all).problems.empty());
  all.limits.payload_bytes_max = 9'000;
  all.limits.outbox_bytes_max = 16'384;
  all.rooms[0].presence.meta_bytes_max = 4'096;
  CHECK(check(all).problems.empty());
  all.rooms[0].presence.meta_bytes_max = 13'313;
  auto found = check(all).problems;
  REQUIRE(found.size() == 2);
  CHECK(found[1].key == "rooms[0].presence.meta_bytes_max");
  CHECK(found[1].text ==
        "is 13313, must be at most 13312 to fit with its envelope into limits.outbox_bytes_max "
        "(16384)");
  all.rooms[0].presence.mode = presence_mode::count;
  CHECK(check(all).problems.size() == 1);
}

TEST_CASE("the payload limit of an event cannot exceed the limit of all payloads") {
  settings all;
  all.rooms[0].events = {{"big", 300'000, ""}, {"full", 262'144, ""}, {"free", 0, ""}};
  auto found = check(all).problems;
  REQUIRE(found.size() == 1);
  CHECK(found[0].key == "rooms[0].events.big.bytes_max");
  CHECK(found[0].text == "is 300000, must be at most limits.payload_bytes_max, which is 262144");
}

TEST_CASE(
    "a configured presence meta limit must fit into a payload and the default is not checked") {
  settings all;
  all.limits.payload_bytes_max = 1'000;
  CHECK(check(all).problems.empty());
  all.rooms[0].presence.meta_bytes_max = 1'001;
  REQUIRE(check(all).problems.size() == 1);
  CHECK(check(all).problems[0].key == "rooms[0].presence.meta_bytes_max");
  CHECK(check(all).problems[0].text ==
        "is 1001, must be at most limits.payload_bytes_max, which is 1000");
  all.rooms[0].presence.meta_bytes_max = 1'000;
  CHECK(check(all).problems.empty());
}

TEST_CASE("a missing or invalid schema file is reported with its key") {
  const auto file = roost::testing::temporary_path("cross_schema.json");
  settings all;
  all.rooms[0].events = {{"msg", 0, file}};
  auto text_with = [&](const std::string& schema) {
    std::ofstream{file} << schema;
    auto found = check(all).problems;
    REQUIRE(found.size() == 1);
    CHECK(found[0].key == "rooms[0].events.msg.schema_file");
    return found[0].text;
  };
  CHECK(text_with("{") == "is \"" + file + "\", which is not JSON");
  CHECK(text_with(R"({"format": "date"})") ==
        "is \"" + file +
            "\", which is not a supported schema: /: the keyword format is not supported");
  CHECK(text_with("[]").find("is not a supported schema") != std::string::npos);
  std::filesystem::remove(file);
  REQUIRE(check(all).problems.size() == 1);
  CHECK(check(all).problems[0].text.ends_with("cannot be read: No such file or directory"));
}

TEST_CASE("the public and the admin port must differ unless both are 0") {
  settings all;
  all.admin.port = all.listen.port;
  REQUIRE(check(all).problems.size() == 1);
  CHECK(check(all).problems[0].key == "admin.port");
  all.admin.port = all.listen.port = 0;
  CHECK(check(all).problems.empty());
}

TEST_CASE("two mounts cannot have the same path") {
  settings all;
  all.sockets.assign(3, {});
  all.sockets[0].path = all.sockets[2].path = "/a";
  all.sockets[1].path = "/b";
  REQUIRE(check(all).problems.size() == 1);
  CHECK(check(all).problems[0].key == "sockets[2].path");
}

TEST_CASE("a room rule causes a warning if an earlier rule matches all of its topics") {
  settings all;
  all.rooms.assign(3, {});
  all.rooms[0].match = "room:1";
  all.rooms[1].match = "room:*";
  all.rooms[2].match = "room:2*";
  REQUIRE(check(all).warnings.size() == 1);
  CHECK(check(all).warnings[0].starts_with("rooms[2].match"));
}

TEST_CASE("the delay and the spread of a drain must fit into its timeout") {
  settings all;
  all.drain = {.timeout_ms = 10'000, .delay_ms = 1, .spread_ms = 10'000, .reconnect_jitter_ms = 0};
  REQUIRE(check(all).problems.size() == 1);
  CHECK(check(all).problems[0].key == "drain.timeout_ms");
  CHECK(check(all).problems[0].text ==
        "is 10000, must be at least drain.delay_ms and drain.spread_ms together, which are 10001");
  all.drain.spread_ms = 9'999;
  CHECK(check(all).problems.empty());
  all.drain = {86'400'000, 86'400'000, 4'294'967'295, 0};
  CHECK(check(all).problems.size() == 1);
}

TEST_CASE("a rate limit with a burst of 0 is a problem") {
  settings all;
  all.rates.connection.messages.burst = all.rates.connection.joins.burst = 0;
  all.rates.connection.bytes = all.rates.user.messages = {1, 0};
  all.rates.address.connects = all.rates.address.messages = {1, 0};
  std::string keys;
  for (const auto& p : check(all).problems) keys += p.key + " ";
  CHECK(keys ==
        "rates.connection.messages.burst rates.connection.joins.burst "
        "rates.connection.bytes.burst rates.user.messages.burst rates.address.connects.burst "
        "rates.address.messages.burst ");
  all.rates = {};
  all.rates.connection.messages.per_second = 0;
  all.rates.connection.messages.burst = 0;
  CHECK(check(all).problems.empty());
}

TEST_CASE("PROXY headers require a trusted proxy") {
  settings all;
  all.listen.proxy_protocol = true;
  CHECK(check(all).problems.empty());
  all.listen.trusted_proxies.clear();
  REQUIRE(check(all).problems.size() == 1);
  CHECK(check(all).problems[0].key == "listen.proxy_protocol");
}

TEST_CASE("a ping interval that is not below the idle timeout causes a warning") {
  settings all;
  all.limits.ping_ms = all.limits.idle_ms - 1;
  CHECK(check(all).warnings.empty());
  all.limits.ping_ms = all.limits.idle_ms;
  REQUIRE(check(all).warnings.size() == 1);
  CHECK(check(all).warnings[0].starts_with("limits.ping_ms: is 90000, but limits.idle_ms"));
}

TEST_CASE("a setting that could not be read is not cross-checked") {
  settings all;
  all.limits.payload_bytes_max = 2'000'000;
  all.limits.ping_ms = all.limits.idle_ms;
  all.drain.delay_ms = 25'000;
  all.rates.connection.messages.burst = 0;
  all.admin.port = all.listen.port;
  all.rooms[0].events = {{"big", 3'000'000, ""}};
  CHECK(check(all).problems.size() == 7);
  findings out;
  for (auto key : {"limits.frame_bytes_max", "limits.outbox_bytes_max", "limits.idle_ms",
                   "drain.spread_ms", "rates.connection.messages.burst", "listen.port"}) {
    out.problems.push_back({key, "cannot be read"});
  }
  check_together(all, out.problems, out.warnings);
  REQUIRE(out.problems.size() == 8);
  CHECK(out.problems[6].text.find("limits.inbound_bytes_max") != std::string::npos);
  CHECK(out.problems[7].key == "rooms[0].events.big.bytes_max");
  CHECK(out.warnings.empty());
}

TEST_CASE("the cross-checks include the access checks") {
  settings all;
  all.admin.host = "0.0.0.0";
  REQUIRE(check(all).problems.size() == 1);
  CHECK(check(all).problems[0].key == "admin.host");
}

TEST_CASE("a pattern covers another one if it matches all of its topics") {
  CHECK(pattern_covers("*", "a:*"));
  CHECK(pattern_covers("a:*", "a:*"));
  CHECK(pattern_covers("a:*", "a:b"));
  CHECK(pattern_covers("a", "a"));
  CHECK_FALSE(pattern_covers("a:b*", "a:*"));
  CHECK_FALSE(pattern_covers("a", "a*"));
}
