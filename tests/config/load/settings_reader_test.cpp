// SPDX-License-Identifier: Apache-2.0
#include "config/load/settings_reader.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "config/schema/schema.hpp"
#include "tests/config/load/config_file.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::testing;

namespace {

using json = nlohmann::json;

const std::string secret(40, 's');

/// An object with each setting of `from`, as in a configuration file.
template <class Owner>
json written(const std::vector<setting<Owner>>& known, const Owner& from) {
  auto out = json::object();
  for (const auto& one : known) {
    auto path = "/" + one.declaration.key;
    std::ranges::replace(path, '.', '/');
    out[json::json_pointer{path}] = one.read(from);
  }
  return out;
}

}  // namespace

TEST_CASE("every source can name a secret file and its path is relative to the config file") {
  config_file file{secret + "\n"};
  config_file config{R"({"auth": {"hs256_secret_file": ")" + file.name() + "\"}}"};
  auto got = load({config.path(), {}, {}});
  CHECK(all_of(got) == "");
  CHECK(all_of(got.warnings) == "");
  CHECK(got.values.auth.hs256_secret == secret);

  got = load({"", {"ROOST_AUTH__HS256_SECRET_FILE=" + file.path()}, {}});
  CHECK(all_of(got) == "");
  CHECK(got.values.auth.hs256_secret == secret);

  got = load({"", {}, {"admin.api_key_file=" + file.path()}});
  CHECK(all_of(got) == "");
  CHECK(got.values.admin.api_key == secret);
}

TEST_CASE("a later source replaces a secret and the replaced file is not read") {
  const std::string other(40, 'o');
  config_file config{R"({"auth": {"hs256_secret_file": "nowhere"}})"};
  auto got = load({config.path(), {"ROOST_AUTH__HS256_SECRET=" + other}, {}});
  CHECK(all_of(got) == "");
  CHECK(got.values.auth.hs256_secret == other);

  config_file file{secret};
  got =
      load({"", {"ROOST_AUTH__HS256_SECRET=" + other}, {"auth.hs256_secret_file=" + file.path()}});
  CHECK(all_of(got) == "");
  CHECK(got.values.auth.hs256_secret == secret);
}

TEST_CASE("a secret and its secret file in one source are a problem") {
  CHECK(all_of(load_text(R"({"admin": {"api_key": "abcdefghijklmnop", "api_key_file": "x"}})"))
            .starts_with(
                "admin.api_key_file: is set together with admin.api_key; remove one of them"));
  CHECK(
      all_of(
          load({"", {"ROOST_ADMIN__API_KEY=abcdefghijklmnop", "ROOST_ADMIN__API_KEY_FILE=/x"}, {}}))
          .find("remove one of them (from ROOST_ADMIN__API_KEY_FILE)") != std::string::npos);
}

TEST_CASE("an empty variable that removes a key causes a warning with its name") {
  config_file file{secret};
  const std::string said = " is empty, which removes the value of an earlier source\n";
  auto warned = [](const std::string& auth, const std::vector<std::string>& variables) {
    config_file config{R"({"auth": {)" + auth + "}}"};
    auto got = load({config.path(), variables, {}});
    CHECK(all_of(got) == "");
    CHECK(got.values.auth.hs256_secret == "");
    CHECK(got.values.auth.jwks_url == "");
    return all_of(got.warnings);
  };
  const std::string by_variable = "auth.hs256_secret: ROOST_AUTH__HS256_SECRET" + said;
  CHECK(warned("\"hs256_secret\": \"" + secret + "\"", {"ROOST_AUTH__HS256_SECRET="}) ==
        by_variable);
  CHECK(warned("\"hs256_secret_file\": \"" + file.name() + "\"", {"ROOST_AUTH__HS256_SECRET="}) ==
        by_variable);
  CHECK(warned("\"hs256_secret_file\": \"" + file.name() + "\"",
               {"ROOST_AUTH__HS256_SECRET_FILE="}) ==
        "auth.hs256_secret: ROOST_AUTH__HS256_SECRET_FILE" + said);
  CHECK(warned(R"("jwks_url": "https://id/keys")", {"ROOST_AUTH__JWKS_URL="}) ==
        "auth.jwks_url: ROOST_AUTH__JWKS_URL" + said);
  CHECK(warned("", {"ROOST_AUTH__HS256_SECRET=", "ROOST_AUTH__HS256_SECRET_FILE="}) == "");
}

TEST_CASE("a secret file that is missing or invalid or world-readable is reported") {
  auto missing = std::filesystem::temp_directory_path() / "nowhere";
  CHECK(all_of(load_text(R"({"admin": {"api_key_file": "nowhere"}})")) ==
        "admin.api_key_file: is \"" + missing.string() +
            "\", which cannot be read: No such file or directory\n");
  CHECK(all_of(load_text(R"({"admin": {"api_key_file": 5}})")) ==
        "admin.api_key_file: has a hidden value, must be the path of a file\n");
  config_file spaced{"a key with spaces in it"};
  CHECK(all_of(load({"", {}, {"admin.api_key_file=" + spaced.path()}})) ==
        "admin.api_key_file: names a file whose content has a hidden value, may contain only "
        "visible ASCII characters without spaces\n");
  config_file open{secret};
  std::filesystem::permissions(open.path(), std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  CHECK(all_of(load({"", {}, {"admin.api_key_file=" + open.path()}}).warnings) ==
        "admin.api_key_file: is \"" + open.path() +
            "\", which every user of this machine can read\n");
}

TEST_CASE("the keys of secret files are suggested for misspelled keys") {
  CHECK(all_of(load_text(R"({"admin": {"api_key_fil": "x"}})")) ==
        "admin.api_key_fil: is not a setting; did you mean admin.api_key_file?\n");
  CHECK(all_of(load({"", {"ROOST_ADMIN__API_KEY_FILES=x"}, {}})) ==
        "ROOST_ADMIN__API_KEY_FILES: is not a setting; did you mean "
        "ROOST_ADMIN__API_KEY_FILE?\n");
  const auto keys = whole_keys();
  CHECK(std::ranges::count(keys, "auth.hs256_secret_file") == 1);
  CHECK(std::ranges::count(keys, "auth.issuer_file") == 0);
}

TEST_CASE("a setting of a later version is rejected as not supported in every source") {
  CHECK(all_of(load_text(R"({"hooks": {"url": ""},
                             "listen": {"tls": {"cert_file": "a"}},
                             "limits": {"longpoll_window_ms": 1},
                             "rooms": [{"tick_ms": 50, "state_bytes_max": 1}]})")) ==
        "hooks: is not supported in this version: there are no hooks\n"
        "limits.longpoll_window_ms: is not supported in this version: there is no long-poll\n"
        "listen.tls: is not supported in this version: use a proxy for TLS\n"
        "rooms[0].state_bytes_max: is not supported in this version: rooms have no state\n"
        "rooms[0].tick_ms: is not supported in this version: rooms have no state\n");
  CHECK(all_of(load({"", {"ROOST_LISTEN__TLS__CERT_FILE=x"}, {"hooks.url=x"}})) ==
        "ROOST_LISTEN__TLS__CERT_FILE: is not supported in this version: use a proxy for TLS\n"
        "hooks.url: is not supported in this version: there are no hooks (from "
        "--set)\n");
  CHECK(all_of(load_text(R"({"clusters": {}})")).find("did you mean") != std::string::npos);
}

TEST_CASE("a byte order mark at the beginning of the config file is ignored") {
  auto got = load_text("\xef\xbb\xbf{ \"listen\": { \"port\": 4100 } }");
  CHECK(all_of(got) == "");
  CHECK(got.values.listen.port == 4100);
  CHECK(all_of(load_text("\xef\xbb{}")) != "");
}

TEST_CASE("a token key in a variable with single underscores is a problem") {
  CHECK(all_of(load(
            {"", {"ROOST_AUTH_HS256_SECRET=secret", "ROOST_ADMIN_PORT=tcp://10.0.0.1:1"}, {}})) ==
        "ROOST_AUTH_HS256_SECRET: is not a setting: write a dot of the key as two underscores, "
        "ROOST_AUTH__HS256_SECRET\n");
}

TEST_CASE("an incomplete key is rejected with the full key of the same object") {
  CHECK(all_of(load_text(R"({"rooms": [{"history": {"events": 5}}]})")) ==
        "rooms[0].history.events: is not a setting; did you mean "
        "rooms[0].history.events_max?\n");
}

TEST_CASE("a file that names every setting with its default gives the default settings") {
  const auto& known = the_schema();
  const auto plain = load_text(R"({"sockets": [{}], "rooms": [{"events": {"msg": {}}}]})").values;
  const auto& rule = plain.rooms.at(0);
  auto file = written(known.node, plain);
  file["sockets"] = json::array({written(known.sockets.elements, plain.sockets.at(0))});
  file["rooms"] = json::array({written(known.rooms.elements, rule)});
  file["rooms"][0]["events"]["msg"] = written(known.events.elements, rule.events.at(0));
  INFO(file.dump(2));
  auto got = load_text(file.dump());
  CHECK(all_of(got) == "");
  CHECK(all_of(got.warnings) == "");
  REQUIRE(got.values.sockets.size() == 1);
  REQUIRE(got.values.rooms.size() == 1);
  REQUIRE(got.values.rooms[0].events.size() == 1);
  CHECK(written(known.node, got.values) == written(known.node, settings{}));
  CHECK(written(known.sockets.elements, got.values.sockets[0]) == file["sockets"][0]);
  CHECK(written(known.rooms.elements, got.values.rooms[0]) == written(known.rooms.elements, rule));
  CHECK(written(known.events.elements, got.values.rooms[0].events[0]) ==
        file["rooms"][0]["events"]["msg"]);
}
