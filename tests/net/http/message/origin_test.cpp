// SPDX-License-Identifier: Apache-2.0
#include "net/http/message/origin.hpp"

#include "tests/fixtures/catch.hpp"
#include "tests/net/http/message/known_hosts.hpp"

namespace roost::net::http {
namespace {

using mode = origin_rule::mode;

bool listed(std::vector<std::string> entries, std::string_view origin) {
  known_hosts none;
  return origin_policy{{mode::list, std::move(entries)}}.allows(origin, "server:4000", none.own());
}

/// Mode "same" on a node with interface 192.168.1.5; `names` are listen.host_names.
bool same(std::string_view origin, std::string_view host, std::vector<std::string> names = {}) {
  known_hosts node{std::move(names), {"192.168.1.5"}};
  return origin_policy{{mode::same, {}}}.allows(origin, host, node.own());
}

}  // namespace

TEST_CASE("a request without an Origin header is always allowed") {
  known_hosts node;
  for (const auto how : {mode::same, mode::any, mode::list}) {
    CHECK(origin_policy{{how, {}}}.allows(std::nullopt, "h", node.own()));
  }
}

TEST_CASE("the rule any allows every origin") {
  known_hosts node;
  const origin_policy any{{mode::any, {}}};
  for (const auto* origin : {"null", "", "https://evil.example", "garbage"}) {
    CHECK(any.allows(origin, "h", node.own()));
  }
}

TEST_CASE("the rule same allows pages of this node on any port and scheme") {
  CHECK(same("http://localhost", "localhost"));
  CHECK(same("http://localhost:80", "localhost"));
  CHECK(same("http://localhost", "localhost:80"));
  CHECK(same("HTTP://LocalHost:4000", "localhost:4000"));
  CHECK(same("http://127.0.0.1:4000", "127.0.0.1:4000"));
  CHECK(same("http://[::1]:4000", "[::1]:4000"));
  CHECK(same("http://192.168.1.5:4000", "192.168.1.5:4000"));
  CHECK(same("https://localhost:8443", "localhost"));
  CHECK(same("http://localhost:4001", "localhost:4000"));
  CHECK_FALSE(same("http://localhost:4000", "127.0.0.1:4000"));
  CHECK_FALSE(same("null", "localhost"));
  CHECK_FALSE(same("http://", ""));
  CHECK_FALSE(same("http://localhost", ""));
  CHECK_FALSE(same("http://localhost", "localhost:port"));
  CHECK_FALSE(same("http://localhost.evil.test", "localhost.evil.test"));
}

TEST_CASE(
    "the rule same refuses a foreign host name that points to this node as in DNS rebinding") {
  CHECK_FALSE(same("http://evil.test:4000", "evil.test:4000"));
  CHECK_FALSE(same("http://192.168.1.6:4000", "192.168.1.6:4000"));
  CHECK_FALSE(same("http://evil.test", "chat.example.com", {"chat.example.com"}));
}

TEST_CASE("configured host names replace the local names of a node") {
  const std::vector<std::string> names{"chat.example.com"};
  CHECK(same("https://chat.example.com", "chat.example.com", names));
  CHECK(same("https://Chat.Example.Com:8443", "backend:4000", names));
  CHECK_FALSE(same("http://localhost:4000", "localhost:4000", names));
  CHECK_FALSE(same("https://sub.chat.example.com", "sub.chat.example.com", names));
}

TEST_CASE("a refusal names the setting to change") {
  CHECK(origin_policy{{mode::same, {}}}.setting().starts_with("listen.host_names"));
  CHECK(origin_policy{{mode::list, {}}}.setting() == "origins of the mount");
}

TEST_CASE("a listed host without scheme and port allows any scheme and port") {
  CHECK(listed({"//example.com"}, "http://example.com"));
  CHECK(listed({"//example.com"}, "https://example.com:8443"));
  CHECK_FALSE(listed({"//example.com"}, "https://www.example.com"));
  CHECK_FALSE(listed({"//example.com"}, "https://example.com.evil.org"));
  CHECK_FALSE(listed({"//example.com"}, "https://notexample.com"));
}

TEST_CASE("a wildcard matches the apex domain and its subdomains at any depth") {
  for (const auto* origin :
       {"https://example.com", "https://a.example.com", "http://a.b.c.example.com:81"}) {
    CHECK(listed({"//*.example.com"}, origin));
  }
  CHECK_FALSE(listed({"//*.example.com"}, "https://badexample.com"));
  CHECK_FALSE(listed({"//*.example.com"}, "https://example.com.evil.org"));
}

TEST_CASE("a listed scheme or port must equal that of the origin") {
  CHECK(listed({"https://example.com"}, "https://example.com"));
  CHECK(listed({"https://example.com"}, "https://example.com:443"));
  CHECK_FALSE(listed({"https://example.com"}, "http://example.com"));
  CHECK_FALSE(listed({"https://example.com"}, "https://example.com:444"));
  CHECK(listed({"//example.com:888"}, "http://example.com:888"));
  CHECK_FALSE(listed({"//example.com:888"}, "http://example.com"));
  CHECK(listed({"https://*.example.com:1234"}, "https://x.example.com:1234"));
  CHECK(listed({"//:8080"}, "http://whoever:8080"));
  CHECK(listed({"//a.org", "//b.org"}, "http://b.org"));
}

TEST_CASE("an origin without a valid host is refused by a list") {
  for (const auto* origin : {"null", "", "example.com", "https://", "file:///etc/passwd",
                             "https://user@example.com", "https://example.com:x", "//",
                             "https://evil.org\\.example.com", "https://[::1", "https://e:0"}) {
    INFO(origin);
    CHECK_FALSE(listed({"//example.com", "//*.example.com"}, origin));
  }
  CHECK_FALSE(listed({}, "http://example.com"));
}

}  // namespace roost::net::http
