// SPDX-License-Identifier: Apache-2.0
#include "net/http/message/own_hosts.hpp"

#include "tests/fixtures/catch.hpp"
#include "tests/net/http/message/known_hosts.hpp"

namespace roost::net::http {

TEST_CASE("localhost and names below it and loopback addresses are loopback hosts") {
  for (const auto* host : {"localhost", "LocalHost", "localhost.", "app.localhost", "127.0.0.1",
                           "127.9.8.7", "[::1]", "[::ffff:127.0.0.1]"}) {
    INFO(host);
    CHECK(is_loopback_host(host));
  }
  for (const auto* host : {"", ".", "evil.test", "localhost.evil.test", "evillocalhost",
                           "127.0.0.1.evil.test", "10.0.0.1", "[::2]", "0.0.0.0", "2130706433"}) {
    INFO(host);
    CHECK_FALSE(is_loopback_host(host));
  }
}

TEST_CASE("without configured names a node owns loopback hosts and its interface addresses") {
  known_hosts node{{}, {"192.168.1.5", "fd00::5"}};
  const auto own = node.own();
  for (const auto* host : {"localhost", "127.0.0.1", "[::1]", "192.168.1.5", "[fd00::5]",
                           "[FD00:0::5]", "0.0.0.0", "[::]"}) {
    INFO(host);
    CHECK(own.owns_page(host, host));
    CHECK(own.contains(host));
  }
  for (const auto* host : {"evil.test", "192.168.1.6", "[fd00::6]", "192.168.1.5.evil.test", ""}) {
    INFO(host);
    CHECK_FALSE(own.owns_page(host, host));
    CHECK_FALSE(own.contains(host));
  }
  CHECK(own.owns_page("localhost.", "LOCALHOST"));
  CHECK_FALSE(own.owns_page("localhost", "192.168.1.5"));
}

TEST_CASE("with configured names a node owns pages of those names whatever Host a proxy sends") {
  known_hosts node{{"Chat.example.com", "fd00::9"}, {"192.168.1.5"}};
  const auto own = node.own();
  CHECK(own.owns_page("chat.example.com", "chat.example.com"));
  CHECK(own.owns_page("chat.example.com.", "backend:4000"));
  CHECK(own.owns_page("[fd00:0:0::9]", "[fd00::9]"));
  CHECK_FALSE(own.owns_page("localhost", "localhost"));
  CHECK_FALSE(own.owns_page("192.168.1.5", "192.168.1.5"));
  CHECK_FALSE(own.owns_page("evil.test", "chat.example.com"));
  CHECK(own.contains("CHAT.example.com"));
  CHECK(own.contains("localhost"));
  CHECK(own.contains("192.168.1.5"));
  CHECK_FALSE(own.contains("evil.test"));
}

TEST_CASE("interface addresses are cached and queried again only when they are stale") {
  int queries = 0;
  std::vector<address_bytes> now_there;
  interface_addresses seen{[&] { return ++queries, now_there; }};
  const auto address = *parse_address("10.0.0.7");
  const time_point start{};
  CHECK_FALSE(seen.contains(address, start));
  now_there.push_back(address);
  CHECK_FALSE(seen.contains(address, start + interface_addresses::fresh - milliseconds{1}));
  CHECK(queries == 1);
  CHECK(seen.contains(address, start + interface_addresses::fresh));
  CHECK(queries == 2);
}

TEST_CASE("this machine has a loopback interface") {
  interface_addresses real;
  CHECK(real.contains(*parse_address("127.0.0.1"), {}));
  CHECK_FALSE(real.contains(*parse_address("203.0.113.1"), {}));
}

}  // namespace roost::net::http
