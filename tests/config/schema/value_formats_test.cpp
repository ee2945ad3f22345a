// SPDX-License-Identifier: Apache-2.0
#include "config/schema/value_formats.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;

namespace {

using check = std::string_view (*)(std::string_view);

void passes(check form, std::initializer_list<const char*> values) {
  for (auto value : values) {
    INFO(value);
    CHECK(form(value).empty());
  }
}
void fails(check form, std::initializer_list<const char*> values) {
  for (auto value : values) {
    INFO(value);
    CHECK_FALSE(form(value).empty());
  }
}

}  // namespace

TEST_CASE("a node name is one word of ASCII letters and digits and hyphens and underscores") {
  passes(value_formats::node_name, {"a", "node-1", "EU_west_2"});
  fails(value_formats::node_name, {"a b", "a.b", "a/b", "\xC3\xA9"});
}

TEST_CASE("a host is an address or a name and not a URL") {
  passes(value_formats::host, {"0.0.0.0", "::", "localhost", "fe80::1%eth0"});
  fails(value_formats::host, {"http://a", "a b", "a,b"});
}

TEST_CASE("the path of a mount begins with a slash and does not end with one") {
  passes(value_formats::mount_path, {"/socket", "/api/v1/live", "/a.b-c_d~e"});
  fails(value_formats::mount_path,
        {"socket", "/", "/socket/", "/a//b", "/a?b", "/a b", "/a#b", "/a%20b"});
}

TEST_CASE("an origin entry has a host and optionally a wildcard and a scheme and a port") {
  passes(value_formats::origin_entry,
         {"//example.com", "//*.example.com", "https://example.com:1234", "http://localhost",
          "//[::1]:80"});
  fails(value_formats::origin_entry, {"example.com", "//", "https//a", "://a", "https://", "//*",
                                      "//a/b", "//a b", "//*.", "//:80", "https://a/"});
}

TEST_CASE("a host name has no scheme and no port and no path") {
  passes(value_formats::host_name,
         {"example.com", "a", "a-b_c.Example.com.", "127.0.0.1", "::1", "[::1]"});
  fails(value_formats::host_name,
        {"", "a:80", "[::1]:80", "[a]", "//a", "http://a", "*.a", "a/b", "a b", "user@a", "1:2"});
}

TEST_CASE("a subprotocol is an HTTP token") {
  passes(value_formats::subprotocol, {"phoenix", "v12.stomp", "base64url.bearer.phx!#"});
  fails(value_formats::subprotocol, {"", "a b", "a,b", "a\"b", "a/b"});
}

TEST_CASE("a topic pattern may end with a wildcard and is not a reserved topic") {
  passes(value_formats::topic_pattern, {"*", "room:*", "room:1", "r\xC3\xA9sum\xC3\xA9:*"});
  passes(value_formats::topic_pattern, {"phoenix:*", "phoenix*", "Phoenix"});
  fails(value_formats::topic_pattern,
        {"phoenix", "*:room", "room:*:x", "room:**", "$x", "$*", "a\nb"});
}

TEST_CASE("an event name has at most 255 bytes and is not a reserved name") {
  passes(value_formats::event_name,
         {"msg", "new_msg", "a b", "phx", "presence", "drained", "r\xC3\xA9"});
  fails(value_formats::event_name,
        {"", "phx_join", "phx_x", "presence_state", "presence_", "mark_read", "read_receipt",
         "read_receipts", "access_token", "token_expired", "drain", "a\nb", "\x7F", "chan_reply_7",
         "PHX_close", "Presence_x"});
  CHECK(value_formats::event_name(std::string(255, 'a')).empty());
  CHECK(value_formats::event_name(std::string(256, 'a')) == "must have at most 255 bytes");
  CHECK(value_formats::event_name("drain").find("reserved") != std::string_view::npos);
}

TEST_CASE("a field name may be empty and has no control characters") {
  passes(value_formats::field_name, {"", "id", "client id", "$id"});
  fails(value_formats::field_name, {"a\tb", "\x01"});
}

TEST_CASE("a URL has a scheme and a host and no password") {
  for (auto good :
       {"", "https://id.example.com", "http://127.0.0.1:8080/keys?a=b", "https://[::1]/"}) {
    CHECK(value_formats::web_address(good) == "");
  }
  for (auto bad : {"id.example.com", "ftp://id", "https://", "https:///keys", "https://:80/",
                   "https://a b/", "https://id/\n", "HTTPS://id"}) {
    INFO(bad);
    CHECK(value_formats::web_address(bad) ==
          "must be like https://host/path or http://host:port/path");
  }
  CHECK(value_formats::web_address("https://me:secret@id/") ==
        "must not contain a user name or password");
}

TEST_CASE("an address of a NATS server has a scheme, and no user") {
  for (auto good : {"nats://10.0.0.1:4222", "tls://nats.example.com", "nats://[::1]:4222"}) {
    INFO(good);
    CHECK(value_formats::nats_address(good) == "");
  }
  for (auto bad : {"", "10.0.0.1:4222", "http://a", "nats://", "nats://:4222", "nats://a b",
                   "nats://a/b", "NATS://a", "nats:/a"}) {
    INFO(bad);
    CHECK(value_formats::nats_address(bad) == "must be like nats://host:4222 or tls://host:4222");
  }
  CHECK(value_formats::nats_address("nats://me:secret@a").starts_with("must not contain"));
}

TEST_CASE("a public NKey is U and 55 characters of base32") {
  const std::string good = "U" + std::string(54, 'A') + "7";
  CHECK(value_formats::nkey(good) == "");
  CHECK(value_formats::nkey("") == "");
  for (const auto& bad : {good + "A", good.substr(1), "S" + good.substr(1),
                          "U" + std::string(54, 'A') + "1", "U" + std::string(55, 'a')}) {
    INFO(bad);
    CHECK(value_formats::nkey(bad) != "");
  }
}

TEST_CASE("an event pattern is a name that clients may push or ends with a wildcard") {
  for (auto good : {"msg", "*", "cursor*", "presence_update", "mark_read", "a b"}) {
    CHECK(value_formats::event_pattern(good) == "");
  }
  for (auto bad : {"", "a*b", "**", "phx_join", "phx_*", "presence_state", "drain", "PHX_CLOSE",
                   "chan_reply_*", "Presence_Update"}) {
    INFO(bad);
    CHECK(value_formats::event_pattern(bad) != "");
  }
}

TEST_CASE("cookie names and API keys and networks must have their required formats") {
  CHECK(value_formats::cookie_name("") == "");
  CHECK(value_formats::cookie_name("__Host-token") == "");
  CHECK(value_formats::cookie_name("a=b") != "");
  CHECK(value_formats::bearer_token("") == "");
  CHECK(value_formats::bearer_token("aZ9+/=._~-") == "");
  for (auto bad : {"a b", "a\n", "\xC3\xA4", "\x7F"}) CHECK(value_formats::bearer_token(bad) != "");
  CHECK(value_formats::network("10.0.0.0/8") == "");
  CHECK(value_formats::network("10.0.0.1/8") != "");
}
