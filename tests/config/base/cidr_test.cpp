// SPDX-License-Identifier: Apache-2.0
#include "config/base/cidr.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;

namespace {

bool holds(const char* network, const char* address) {
  const auto range = parse_cidr(network);
  const auto one = parse_address(address);
  REQUIRE(range);
  REQUIRE(one);
  return contains(*range, *one);
}

}  // namespace

TEST_CASE("a network contains the addresses that share its prefix") {
  CHECK(holds("10.0.0.0/8", "10.255.0.1"));
  CHECK_FALSE(holds("10.0.0.0/8", "11.0.0.1"));
  CHECK(holds("192.168.4.0/22", "192.168.7.255"));
  CHECK_FALSE(holds("192.168.4.0/22", "192.168.8.0"));
  CHECK(holds("fd00::/8", "fdff::1"));
  CHECK_FALSE(holds("fd00::/8", "fe00::1"));
  CHECK(holds("2001:db8:0:5::/64", "2001:db8:0:5:ffff::1"));
  CHECK_FALSE(holds("2001:db8:0:5::/64", "2001:db8:0:6::1"));
}

TEST_CASE("an address alone is a network of one and the prefix 0 contains its whole family") {
  CHECK(holds("127.0.0.1", "127.0.0.1"));
  CHECK_FALSE(holds("127.0.0.1", "127.0.0.2"));
  CHECK(holds("::1", "::1"));
  CHECK(holds("0.0.0.0/0", "8.8.8.8"));
  CHECK_FALSE(holds("0.0.0.0/0", "2001::1"));
  CHECK(holds("::/0", "2001::1"));
}

TEST_CASE("an IPv4 address equals its IPv4-mapped IPv6 address") {
  CHECK(*parse_address("10.1.2.3") == *parse_address("::ffff:10.1.2.3"));
  CHECK(*parse_address("::ffff:a01:203") == *parse_address("10.1.2.3"));
  CHECK(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
  CHECK(holds("::ffff:10.0.0.0/104", "10.1.2.3"));
}

TEST_CASE("IPv6 addresses are parsed in every notation") {
  CHECK(*parse_address("1:2:3:4:5:6:7:8") == *parse_address("0001:2:3:4:5:6:7:0008"));
  CHECK(*parse_address("::") == address_bytes{});
  CHECK(*parse_address("1::") == *parse_address("1:0:0:0:0:0:0:0"));
  CHECK(*parse_address("ABCD::abcd") == *parse_address("abcd:0:0::0:ABCD"));
  CHECK(*parse_address("64:ff9b::1.2.3.4") == *parse_address("64:ff9b::102:304"));
}

TEST_CASE("text that is not an IP address is rejected") {
  for (const auto* text : {"",
                           "1",
                           "1.2.3",
                           "1.2.3.4.5",
                           "1.2.3.256",
                           "01.2.3.4",
                           "1.2.3.4 ",
                           "+1.2.3.4",
                           "1..2.3",
                           "1.2.3.",
                           ":",
                           ":::",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1::2::3",
                           "12345::",
                           "g::",
                           "1:2:3:4:5:6:7:8::",
                           "::1:",
                           ":1",
                           "::1.2.3",
                           "1.2.3.4::",
                           "::1%eth0",
                           "[::1]",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "localhost"}) {
    INFO(text);
    CHECK_FALSE(parse_address(text));
  }
}

TEST_CASE("a network with an invalid prefix or with bits set below its prefix is rejected") {
  for (const auto* text : {"10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/a", "10.0.0.0/-1",
                           "10.0.0.0/08", "10.0.0.1/8", "fd00::1/64", "/8", "10.0.0.0/8/8"}) {
    INFO(text);
    CHECK_FALSE(parse_cidr(text));
  }
  CHECK(parse_cidr("10.0.0.0/8")->bits == 104);
}
