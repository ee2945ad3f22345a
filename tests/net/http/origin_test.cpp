#include "net/http/origin.hpp"

#include "tests/support/catch.hpp"

namespace roost::net::http {
namespace {

using mode = origin_rule::mode;

bool listed(std::vector<std::string> entries, std::string_view origin) {
  return origin_policy{{mode::list, std::move(entries)}}.allows(origin, "server:4000");
}

bool same(std::string_view origin, std::string_view host) {
  return origin_policy{{mode::same, {}}}.allows(origin, host);
}

}  // namespace

TEST_CASE("a request without an origin is always allowed") {
  for (const auto how : {mode::same, mode::any, mode::list}) {
    CHECK(origin_policy{{how, {}}}.allows(std::nullopt, "h"));
  }
}

TEST_CASE("the rule any allows whatever a client sends") {
  const origin_policy any{{mode::any, {}}};
  for (const auto* origin : {"null", "", "https://evil.example", "garbage"}) {
    CHECK(any.allows(origin, "h"));
  }
}

TEST_CASE(
    "the rule same compares the page's host with the request's, whatever proxies do to the rest") {
  CHECK(same("http://example.com", "example.com"));
  CHECK(same("http://example.com:80", "example.com"));
  CHECK(same("http://example.com", "example.com:80"));
  CHECK(same("HTTP://Example.COM:4000", "example.com:4000"));
  CHECK(same("http://[::1]:4000", "[::1]:4000"));
  CHECK(same("https://example.com", "example.com"));
  CHECK(same("https://example.com:8443", "example.com"));
  CHECK(same("http://example.com:4001", "example.com:4000"));
  CHECK_FALSE(same("http://sub.example.com", "example.com"));
  CHECK_FALSE(same("http://example.com.evil.org", "example.com"));
  CHECK_FALSE(same("http://localhost:4000", "127.0.0.1:4000"));
  CHECK_FALSE(same("null", "example.com"));
  CHECK_FALSE(same("http://", ""));
  CHECK_FALSE(same("http://example.com", ""));
  CHECK_FALSE(same("http://example.com", "example.com:port"));
}

TEST_CASE("a listed host alone allows any scheme and port") {
  CHECK(listed({"//example.com"}, "http://example.com"));
  CHECK(listed({"//example.com"}, "https://example.com:8443"));
  CHECK_FALSE(listed({"//example.com"}, "https://www.example.com"));
  CHECK_FALSE(listed({"//example.com"}, "https://example.com.evil.org"));
  CHECK_FALSE(listed({"//example.com"}, "https://notexample.com"));
}

TEST_CASE("a star stands for the apex and any depth below it") {
  for (const auto* origin :
       {"https://example.com", "https://a.example.com", "http://a.b.c.example.com:81"}) {
    CHECK(listed({"//*.example.com"}, origin));
  }
  CHECK_FALSE(listed({"//*.example.com"}, "https://badexample.com"));
  CHECK_FALSE(listed({"//*.example.com"}, "https://example.com.evil.org"));
}

TEST_CASE("a listed scheme or port must be the origin's") {
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

TEST_CASE("an origin without a host is refused by a list") {
  for (const auto* origin : {"null", "", "example.com", "https://", "file:///etc/passwd",
                             "https://user@example.com", "https://example.com:x", "//",
                             "https://evil.org\\.example.com", "https://[::1", "https://e:0"}) {
    INFO(origin);
    CHECK_FALSE(listed({"//example.com", "//*.example.com"}, origin));
  }
  CHECK_FALSE(listed({}, "http://example.com"));
}

}  // namespace roost::net::http
