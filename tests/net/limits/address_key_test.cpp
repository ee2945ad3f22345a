// SPDX-License-Identifier: Apache-2.0
#include "net/limits/address_key.hpp"

#include <set>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::net::limits;

namespace {

address_bytes at(std::string_view text) {
  const auto out = parse_address(text);
  REQUIRE(out);
  return *out;
}

}  // namespace

TEST_CASE("each IPv4 address has its own key and its IPv4-mapped form has the same key") {
  CHECK(key_of(at("10.0.0.1")) == key_of(at("10.0.0.1")));
  CHECK_FALSE(key_of(at("10.0.0.1")) == key_of(at("10.0.0.2")));
  CHECK(key_of(at("::ffff:10.0.0.1")) == key_of(at("10.0.0.1")));
}

TEST_CASE("IPv6 addresses share a key only within one /64") {
  CHECK(key_of(at("2001:db8:1:2::1")) == key_of(at("2001:db8:1:2:ffff:ffff:ffff:ffff")));
  CHECK_FALSE(key_of(at("2001:db8:1:2::1")) == key_of(at("2001:db8:1:3::1")));
  CHECK_FALSE(key_of(at("::1")) == key_of(at("0.0.0.1")));
}

TEST_CASE("an address prints in its usual notation") {
  for (const auto* text : {"10.0.0.1", "255.255.255.255", "2001:db8::1", "::1", "::"}) {
    CHECK(text_of(at(text)) == text);
  }
  CHECK(text_of(at("::ffff:10.0.0.1")) == "10.0.0.1");
}

TEST_CASE("an address from a socket equals the address parsed from text") {
  for (const auto* text : {"10.0.0.1", "2001:db8::1", "::ffff:10.0.0.1"}) {
    CHECK(bytes_of(boost::asio::ip::make_address(text)) == at(text));
  }
  CHECK(is_v4(bytes_of(boost::asio::ip::make_address("10.0.0.1"))));
  CHECK_FALSE(is_v4(bytes_of(boost::asio::ip::make_address("2001:db8::1"))));
}

TEST_CASE("neighbouring addresses have different hashes") {
  std::set<std::size_t> seen;
  auto address = at("10.0.0.0");
  for (int i = 0; i < 65'536; ++i) {
    address[14] = static_cast<std::uint8_t>(i >> 8);
    address[15] = static_cast<std::uint8_t>(i);
    seen.insert(address_hash{}(key_of(address)));
  }
  CHECK(seen.size() == 65'536);
}
