// SPDX-License-Identifier: Apache-2.0
#include "config/load/loader.hpp"

#include <filesystem>

#include "tests/config/load/config_file.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::testing;

TEST_CASE("a file with comments changes the settings that it names and no others") {
  auto got = load_text(R"(// a node
    { "listen": { "port": 4100 /* not 4000 */ },
      "rooms": [ { "match": "room:*", "echo": false, "presence": { "mode": "off" } } ],
      "sockets": [ { "path": "/live", "origins": ["//*.example.com"] }, { "origins": "any" } ] })");
  CHECK(all_of(got) == "");
  CHECK(got.values.listen.port == 4100);
  CHECK(got.values.listen.host == "0.0.0.0");
  REQUIRE(got.values.rooms.size() == 1);
  CHECK(got.values.rooms[0].match == "room:*");
  CHECK_FALSE(got.values.rooms[0].echo);
  REQUIRE(got.values.sockets.size() == 2);
  CHECK(got.values.sockets[0].origins.how == origin_rule::mode::list);
  CHECK(got.values.sockets[0].origins.entries == std::vector<std::string>{"//*.example.com"});
  CHECK(got.values.sockets[1].path == "/socket");
  CHECK(got.values.sockets[1].origins.how == origin_rule::mode::any);
}

TEST_CASE(
    "flags override variables and variables override the file and the file overrides defaults") {
  config_file file{R"({"listen": {"port": 1, "host": "10.0.0.1"}, "admin": {"port": 2}})"};
  auto got = load({file.path(),
                   {"ROOST_LISTEN__PORT=3", "ROOST_ADMIN__PORT=4", "PATH=/bin"},
                   {"listen.port=5"}});
  CHECK(all_of(got) == "");
  CHECK(got.values.listen.port == 5);
  CHECK(got.values.admin.port == 4);
  CHECK(got.values.listen.host == "10.0.0.1");
  CHECK(got.values.limits.idle_ms == 90'000);
}

TEST_CASE("the demo page is on by default only without a configuration file") {
  CHECK(load({}).values.listen.demo);
  CHECK_FALSE(load_text("{}").values.listen.demo);
  CHECK(load_text(R"({"listen": {"demo": true}})").values.listen.demo);
  CHECK_FALSE(load({"", {}, {"listen.demo=false"}}).values.listen.demo);
}

TEST_CASE("the default room rule matches every topic and enables the features of the README tour") {
  for (const auto& from : {load({}), load_text("{}")}) {
    const auto& rooms = from.values.rooms;
    REQUIRE(rooms.size() == 1);
    CHECK(rooms[0].match == "*");
    CHECK(rooms[0].ephemeral == std::vector<std::string>{"typing", "cursor"});
    CHECK(rooms[0].conflate_field == "id");
    CHECK(rooms[0].idempotency_field == "id");
    CHECK(rooms[0].presence.mode == presence_mode::full);
    CHECK(rooms[0].history.events_max == 100);
  }
  const auto own = load_text(R"({"rooms": [{"match": "a"}]})").values.rooms.at(0);
  CHECK((own.ephemeral.empty() && own.idempotency_field.empty()));
  CHECK(load({"", {}, {R"(rooms=[{"match": "a"}])"}}).values.rooms.size() == 1);
}

TEST_CASE("event rules are stored by event name even if it contains dots and spaces") {
  auto got = load_text(R"({"rooms": [{"events": {
    "msg": {"bytes_max": 4096}, "a.b c": {"bytes_max": 1}, "free": {}}}]})");
  CHECK(all_of(got) == "");
  REQUIRE(got.values.rooms.at(0).events.size() == 3);
  const auto& events = got.values.rooms[0].events;
  auto bytes_of = [&](const char* name) {
    auto found = std::ranges::find(events, name, &room_rule::event_rule::name);
    return found == events.end() ? -1 : static_cast<int>(found->bytes_max);
  };
  CHECK(bytes_of("msg") == 4096);
  CHECK(bytes_of("a.b c") == 1);
  CHECK(bytes_of("free") == 0);
}

TEST_CASE("a problem in an event rule is reported with the event in its key path") {
  CHECK(all_of(load_text(R"({"rooms": [{}, {"events": {
    "msg": {"byte_max": 1}, "big": {"bytes_max": -1}, "flat": 3}}]})")) ==
        "rooms[1].events.big.bytes_max: is -1, must be 0..1073741824 bytes\n"
        "rooms[1].events.flat: is 3, must be an object\n"
        "rooms[1].events.msg.byte_max: is not a setting; did you mean "
        "rooms[1].events.msg.bytes_max?\n");
  CHECK(all_of(load_text(R"({"rooms": [{"events": {"phx_join": {}}}]})")) ==
        "rooms[0].events.phx_join: is \"phx_join\", must not be a reserved event name\n");
  CHECK(all_of(load_text(R"({"rooms": [{"ephemeral": ["typing", "drain"]}]})")) ==
        "rooms[0].ephemeral[1]: is \"drain\", must not be a reserved event name\n");
}

TEST_CASE("the path of a schema file is relative to the configuration file") {
  config_file schema{R"({"type": "object"})"};
  auto name = std::filesystem::path{schema.path()}.filename().string();
  auto rules = [](const std::string& file) {
    return R"({"rooms": [{"events": {"msg": {"schema_file": ")" + file + "\"}}}]}";
  };
  for (const auto& written : {name, "./" + name, schema.path()}) {
    auto got = load_text(rules(written));
    CHECK(all_of(got) == "");
    CHECK(std::filesystem::equivalent(got.values.rooms.at(0).events.at(0).schema_file,
                                      schema.path()));
  }
  auto missing = std::filesystem::temp_directory_path() / "nowhere.json";
  CHECK(all_of(load_text(rules("nowhere.json"))) ==
        "rooms[0].events.msg.schema_file: is \"" + missing.string() +
            "\", which cannot be read: No such file or directory\n");
}

TEST_CASE("all problems are reported at once with their key paths and values and bounds") {
  auto got = load_text(R"({
    "listen": { "port": 70000, "prot": 1 },
    "log": "loud",
    "rooms": [ {}, { "kind": "state", "durability": "forever", "presence": { "mode": "some" } } ],
    "sockets": [ { "path": "socket", "origins": ["example.com"] }, 5 ],
    "limits": { "idle_ms": 5 } })");
  CHECK(all_of(got) ==
        "limits.idle_ms: is 5, must be 10..86400000 ms\n"
        "listen.port: is 70000, must be 0..65535\n"
        "listen.prot: is not a setting; did you mean listen.port?\n"
        "log: is \"loud\", must be an object\n"
        "rooms[1].durability: is \"forever\", must be event, snapshot or memory\n"
        "rooms[1].kind: is \"state\", but only \"relay\" is supported yet\n"
        "rooms[1].presence.mode: is \"some\", must be full, count or off\n"
        "sockets[0].origins[0]: is \"example.com\", must be like //host, //*.host or "
        "https://host:1234, without a path\n"
        "sockets[0].path: is \"socket\", must begin with /\n"
        "sockets[1]: is 5, must be an object\n");
}

TEST_CASE("every invalid entry of a list or a map is reported with its key path") {
  auto got = load_text(R"({
    "listen": { "trusted_proxies": ["bad1", "::1", 7, "bad2"] },
    "rooms": [ { "events": { "b": { "bytes_max": -1 }, "phx_a": { "bytes_max": -2 } },
                 "allow": { "push": [ { "events": ["ok", "a*b", 1], "allow": "all" },
                                      3,
                                      { "events": [],
                                   "allow": { "claim": "", "in": [null] } } ] } } ],
    "sockets": [ { "subprotocols": ["a b", "ok", "c d"] } ] })");
  std::string keys;
  for (const auto& one : got.problems) keys += one.key + "\n";
  CHECK(keys ==
        "listen.trusted_proxies[0]\n"
        "listen.trusted_proxies[2]\n"
        "listen.trusted_proxies[3]\n"
        "rooms[0].allow.push[0].events[1]\n"
        "rooms[0].allow.push[0].events[2]\n"
        "rooms[0].allow.push[0].allow\n"
        "rooms[0].allow.push[1]\n"
        "rooms[0].allow.push[2].events\n"
        "rooms[0].allow.push[2].allow.claim\n"
        "rooms[0].allow.push[2].allow.in[0]\n"
        "rooms[0].events.phx_a\n"
        "rooms[0].events.b.bytes_max\n"
        "rooms[0].events.phx_a.bytes_max\n"
        "sockets[0].subprotocols[0]\n"
        "sockets[0].subprotocols[2]\n");
}

TEST_CASE("the valid entries of a list are cross-checked even if other entries are invalid") {
  const std::string mounts = R"("sockets": [ {"path": "bad"}, {}, {"path": "/socket"} ])";
  CHECK(all_of(load_text("{" + mounts + "}")) ==
        "sockets[0].path: is \"bad\", must begin with /\n"
        "sockets[2].path: is \"/socket\", must differ from sockets[1].path, which is the same\n");
  auto got = load_text(R"({ "rooms": [ {"match": "a*b"}, 5, {"match": "room:*", "echo": 1},
    {"match": "room:1", "events": {"big": {"bytes_max": 300000}}, "allow": {"join": "user"}} ] })");
  CHECK(all_of(got) ==
        "rooms[0].match: is \"a*b\", may contain * only as its last character\n"
        "rooms[1]: is 5, must be an object\n"
        "rooms[2].echo: is 1, must be true or false\n"
        "rooms[3].events.big.bytes_max: is 300000, must be at most limits.payload_bytes_max, which "
        "is 262144\n"
        "rooms[3].allow.join: is \"user\", which needs a token key: auth.hs256_secret, "
        "auth.jwks_file or auth.jwks_url\n");
  CHECK(all_of(got.warnings) ==
        "rooms[3].match: \"room:1\" never applies: rooms[2] matches first with \"room:*\"\n");
}

TEST_CASE("an unknown key is rejected with the nearest key") {
  CHECK(all_of(load_text(R"({"limit": {}})")) == "limit: is not a setting; did you mean limits?\n");
  CHECK(all_of(load_text(R"({"port": 1})")) ==
        "port: is not a setting; did you mean listen.port?\n");
  CHECK(all_of(load_text(R"({"room": []})")) == "room: is not a setting; did you mean rooms?\n");
  CHECK(all_of(load_text(R"({"rooms": [{"members_mx": 1}]})")) ==
        "rooms[0].members_mx: is not a setting; did you mean rooms[0].members_max?\n");
  CHECK(all_of(load_text(R"({"rooms": [{"history": {"event_max": 1}, "event": {}}]})")) ==
        "rooms[0].event: is not a setting; did you mean rooms[0].events?\n"
        "rooms[0].history.event_max: is not a setting; did you mean "
        "rooms[0].history.events_max?\n");
  CHECK(all_of(load_text(R"({"listen.port": 1})")).find("must be written as nested objects") !=
        std::string::npos);
}

TEST_CASE("a misspelled section is rejected with the first setting of the nearest section") {
  CHECK(all_of(load({"", {}, {"rates.connection.message=1"}})) ==
        "rates.connection.message: is not a setting; did you mean "
        "rates.connection.messages.per_second? (from --set)\n");
}

TEST_CASE("a problem names the variable or flag that caused it") {
  auto got = load({"", {"ROOST_LISTEN__PORT=x"}, {"admin.port=-1", "admin.prot=1", "no_value"}});
  CHECK(all_of(got) ==
        "listen.port: is \"x\", must be a whole number, 0..65535 (from "
        "ROOST_LISTEN__PORT)\n"
        "admin.port: is -1, must be 0..65535 (from --set)\n"
        "admin.prot: is not a setting; did you mean admin.port? (from --set)\n"
        "no_value: must be key=value (from --set)\n");
}

TEST_CASE("a variable or flag sets a whole list as JSON") {
  auto got = load({"",
                   {R"(ROOST_ROOMS=[{"match": "a:*"}, {"match": "b"}])"},
                   {R"(sockets=[{"path": "/x", "subprotocols": ["phoenix"]}])"}});
  CHECK(all_of(got) == "");
  REQUIRE(got.values.rooms.size() == 2);
  CHECK(got.values.rooms[1].match == "b");
  REQUIRE(got.values.sockets.size() == 1);
  CHECK(got.values.sockets[0].subprotocols == std::vector<std::string>{"phoenix"});
  CHECK(all_of(load({"", {}, {"rooms=[{"}})) ==
        "rooms: is \"[{\", must be a list of 1..1000 objects (from --set)\n");
}

TEST_CASE("a config file that is missing or a folder or not JSON is one problem") {
  CHECK(all_of(load({"/nowhere/roost.json", {}, {}})) ==
        "/nowhere/roost.json: cannot be read: No such file or directory\n");
  auto folder = std::filesystem::temp_directory_path().string();
  CHECK(all_of(load({folder, {}, {}})) == folder + ": cannot be read: Is a directory\n");
  auto broken = all_of(load_text("{\n  \"listen\": { \"port\": }\n}"));
  CHECK(broken.find("parse error at line 2, column 23") != std::string::npos);
  CHECK(all_of(load_text("[1]")).find("must contain one JSON object") != std::string::npos);
  CHECK(all_of(load_text("")).find("is not JSON") != std::string::npos);
}

TEST_CASE("a duplicate key in one object is a problem and the same key in two objects is not") {
  auto twice = all_of(load_text(R"({"admin": {"port": 1}, "listen": {"port": 2, "port": 3}})"));
  CHECK(twice.find("has the duplicate key \"port\" in an object") != std::string::npos);
  CHECK(all_of(load_text(R"({"admin": {"port": 1}, "listen": {"port": 2}})")) == "");
}

TEST_CASE("settings are cross-checked after all sources are merged") {
  config_file file{R"({"limits": {"frame_bytes_max": 100000}})"};
  CHECK(all_of(load({file.path(), {}, {}})) ==
        "limits.payload_bytes_max: is 262144, must be at most 96928 to fit with its envelope into "
        "limits.frame_bytes_max (100000)\n");
  CHECK(all_of(load({file.path(), {}, {"limits.payload_bytes_max=96928"}})) == "");
}

TEST_CASE("the environment of the process is read as names and values") {
  ::setenv("ROOST_TEST_VARIABLE", "1", 1);
  auto all = process_environment();
  CHECK(std::ranges::find(all, "ROOST_TEST_VARIABLE=1") != all.end());
  ::unsetenv("ROOST_TEST_VARIABLE");
}

TEST_CASE("trusted proxies are loaded and validated as networks") {
  auto got = load_text(R"({"listen": {"trusted_proxies": ["10.0.0.0/8", "::1"]}})");
  CHECK(all_of(got) == "");
  CHECK(got.values.listen.trusted_proxies == std::vector<std::string>{"10.0.0.0/8", "::1"});
  CHECK(all_of(load_text(R"({"listen": {"trusted_proxies": ["10.0.0.1/8"]}})")) ==
        "listen.trusted_proxies[0]: is \"10.0.0.1/8\", must be a network such as 10.0.0.0/8 or "
        "fd00::/8, or an address\n");
}
