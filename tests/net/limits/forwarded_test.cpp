// SPDX-License-Identifier: Apache-2.0
#include "net/limits/forwarded.hpp"

#include "net/limits/address_key.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::net::limits;

namespace {

const trusted_proxies proxies({"10.0.0.0/8", "127.0.0.0/8", "fd00::/8", "192.0.2.7"});

std::string client(std::string_view peer, std::string_view forwarded) {
  const auto from = parse_address(peer);
  REQUIRE(from);
  return text_of(client_of(*from, forwarded, proxies));
}

}  // namespace

TEST_CASE("X-Forwarded-For of an untrusted peer is ignored") {
  CHECK(client("203.0.113.9", "198.51.100.1") == "203.0.113.9");
  CHECK(client("192.0.2.8", "198.51.100.1") == "192.0.2.8");
}

TEST_CASE("the client address is the last X-Forwarded-For entry that is not a trusted proxy") {
  CHECK(client("10.0.0.1", "198.51.100.1") == "198.51.100.1");
  CHECK(client("10.0.0.1", "198.51.100.1, 10.1.1.1") == "198.51.100.1");
  CHECK(client("10.0.0.1", "6.6.6.6, 198.51.100.1 ,\t10.1.1.1,127.0.0.1") == "198.51.100.1");
  CHECK(client("192.0.2.7", "2001:db8::5, fd00::1") == "2001:db8::5");
}

TEST_CASE("without an untrusted entry the client address is the farthest known proxy") {
  CHECK(client("10.0.0.1", "") == "10.0.0.1");
  CHECK(client("10.0.0.1", "10.9.9.9, 10.1.1.1") == "10.9.9.9");
}

TEST_CASE("an address may have a port and IPv6 brackets") {
  CHECK(client("10.0.0.1", "198.51.100.1:4711") == "198.51.100.1");
  CHECK(client("10.0.0.1", "[2001:db8::5]:4711") == "2001:db8::5");
  CHECK(client("10.0.0.1", "[2001:db8::5]") == "2001:db8::5");
}

TEST_CASE("an invalid entry ends the search at the proxy that sent it") {
  for (const auto* garbage : {"unknown", "_hidden", "1.2.3", "1.2.3.4.5", "[2001:db8::5", "[::1]x",
                              "1.2.3.4 5", ",", "evil, ", "' or 1=1", "::ffff:1.2.3.4.5"}) {
    CAPTURE(garbage);
    CHECK(client("10.0.0.1", std::string{"6.6.6.6, "} + garbage + ", 10.2.2.2") == "10.2.2.2");
  }
}

TEST_CASE("an IPv4-mapped client address is returned as IPv4") {
  CHECK(client("::ffff:10.0.0.1", "::ffff:198.51.100.1") == "198.51.100.1");
}

TEST_CASE("without trusted proxies X-Forwarded-For is ignored") {
  const trusted_proxies none({});
  const auto peer = parse_address("127.0.0.1");
  CHECK(client_of(*peer, "1.1.1.1", none) == *peer);
}
