// SPDX-License-Identifier: Apache-2.0
#include "net/http/admin_api/api_access.hpp"

#include <string>

#include "tests/fixtures/catch.hpp"
#include "tests/net/http/message/known_hosts.hpp"

namespace roost::net::http {
namespace {

constexpr std::string_view key = "0123456789abcdef";

api_caller local() {
  api_caller out;
  out.is_local_peer = true;
  out.host = "127.0.0.1:4001";
  return out;
}

errc without_key(const api_caller& who) {
  const auto got = check_api_access(who, "");
  return got ? errc::none : got.failure().code;
}

errc with_key(std::optional<std::string_view> authorization) {
  api_caller who;  // from any address
  who.host = "api.example.com";
  who.authorization = authorization;
  const auto got = check_api_access(who, key);
  return got ? errc::none : got.failure().code;
}

errc of_page(const api_caller& who, std::string_view with = "") {
  known_hosts node{{"roost.internal"}, {"10.0.0.5"}};
  const auto got = check_page_access(who, with, node.own());
  return got ? errc::none : got.failure().code;
}

}  // namespace

TEST_CASE("a client with the API key has access from any address") {
  CHECK(with_key("Bearer 0123456789abcdef") == errc::none);
  CHECK(with_key("bearer   0123456789abcdef ") == errc::none);
}

TEST_CASE("a missing or wrong or partial API key is unauthenticated") {
  for (const auto* given :
       {"", "Bearer", "Bearer ", "Bearer 0123456789abcdeF", "0123456789abcdef",
        "Bearer 0123456789abcde", "Bearer 0123456789abcdef0", "Basic 0123456789abcdef"}) {
    INFO(given);
    CHECK(with_key(given) == errc::unauthenticated);
  }
  CHECK(with_key(std::nullopt) == errc::unauthenticated);
  CHECK_FALSE(check_api_access(local(), key));
}

TEST_CASE("without a configured key only direct local clients have access") {
  CHECK(without_key(local()) == errc::none);
  auto who = local();
  who.is_local_peer = false;
  CHECK(without_key(who) == errc::forbidden);
  who = local();
  who.was_forwarded = true;
  CHECK(without_key(who) == errc::forbidden);
}

TEST_CASE("without a configured key the Host header must name this machine") {
  for (const auto* host :
       {"localhost", "LocalHost:4001", "127.0.0.1", "127.3.2.1:80", "[::1]:4001", "[::1]"}) {
    INFO(host);
    auto who = local();
    who.host = host;
    CHECK(without_key(who) == errc::none);
  }
  for (const auto* host :
       {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1:4001",
        "evil@localhost", "localhost/evil", "localhost:0x50", "[::2]", "0.0.0.0", "2130706433"}) {
    INFO(host);
    auto who = local();
    who.host = host;
    CHECK(without_key(who) == errc::forbidden);
  }
  auto who = local();
  who.host.reset();
  CHECK(without_key(who) == errc::forbidden);
}

TEST_CASE("without a configured key only pages of the admin port itself have access") {
  const auto from = [](const char* origin) {
    auto who = local();
    who.origin = origin;
    return without_key(who);
  };
  CHECK(from("http://127.0.0.1:4001") == errc::none);
  for (const auto* origin : {"null", "", "https://evil.example", "http://127.0.0.1:4000",
                             "https://127.0.0.1:4001", "http://localhost:4001"}) {
    INFO(origin);
    CHECK(from(origin) == errc::forbidden);
  }
}

TEST_CASE("without a configured key Sec-Fetch-Site must be same-origin or none") {
  const auto from = [](const char* site) {
    auto who = local();
    who.fetch_site = site;
    return without_key(who);
  };
  CHECK(from("same-origin") == errc::none);
  CHECK(from("none") == errc::none);
  CHECK(from("cross-site") == errc::forbidden);
  CHECK(from("same-site") == errc::forbidden);
}

TEST_CASE("without a configured key a change requires a JSON content type") {
  const auto as = [](std::optional<std::string_view> type) {
    auto who = local();
    who.is_change = true;
    who.content_type = type;
    return without_key(who);
  };
  CHECK(as("application/json") == errc::none);
  CHECK(as("Application/JSON ; charset=utf-8") == errc::none);
  CHECK(as("text/plain") == errc::forbidden);
  CHECK(as("text/plain; application/json") == errc::forbidden);
  CHECK(as("application/jsonx") == errc::forbidden);
  CHECK(as(std::nullopt) == errc::forbidden);
}

TEST_CASE(
    "an admin page is served only under a host of this node with and without a configured key") {
  for (const auto with : {std::string_view{}, key}) {
    for (const auto* host :
         {"localhost:4001", "127.0.0.1", "[::1]:4001", "10.0.0.5:4001", "roost.internal:4001"}) {
      INFO(host);
      api_caller who;  // also from another machine
      who.host = host;
      CHECK(of_page(who, with) == errc::none);
    }
    for (const auto* host :
         {"evil.test:4001", "10.0.0.6", "localhost/evil", "evil@localhost", ""}) {
      INFO(host);
      auto who = local();
      who.host = host;
      CHECK(of_page(who, with) == errc::forbidden);
    }
  }
}

TEST_CASE("an admin page is served under any host name with the API key or without a Host header") {
  api_caller who;
  CHECK(of_page(who) == errc::none);  // no Host header
  who.host = "evil.test";
  who.authorization = "Bearer 0123456789abcdef";
  CHECK(of_page(who, key) == errc::none);
  CHECK(of_page(who, "") == errc::forbidden);
  who.authorization = "Bearer ";
  CHECK(of_page(who, "") == errc::forbidden);
}

TEST_CASE("an admin page is not served to a page of another origin") {
  auto who = local();
  who.origin = "http://127.0.0.1:4001";
  CHECK(of_page(who) == errc::none);
  for (const auto* origin : {"null", "http://evil.test", "http://127.0.0.1:4000"}) {
    who.origin = origin;
    CHECK(of_page(who) == errc::forbidden);
  }
}

}  // namespace roost::net::http
