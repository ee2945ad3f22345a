// SPDX-License-Identifier: Apache-2.0
#include "net/limits/proxy_header.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "net/limits/address_key.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::net::limits;
using parse_state = proxy_header::parse_state;

namespace {

const std::string signature{"\r\n\r\n\0\r\nQUIT\n", 12};

std::string v2(int command, int family, std::string_view body, int size = -1) {
  auto out = signature;
  out.push_back(static_cast<char>(0x20 | command));
  out.push_back(static_cast<char>(family));
  const auto length = size < 0 ? static_cast<int>(body.size()) : size;
  out.push_back(static_cast<char>(length >> 8));
  out.push_back(static_cast<char>(length));
  return out.append(body);
}

const std::string v4_body{"\xC6\x33\x64\x01\x7F\0\0\x01\x12\x34\x0F\xA0", 12};

std::string source_of(std::string_view input) {
  const auto found = read_proxy_header(input);
  REQUIRE(found.state == parse_state::complete);
  return found.source ? text_of(*found.source) : "own";
}

parse_state state_of(std::string_view input) { return read_proxy_header(input).state; }

}  // namespace

TEST_CASE("PROXY v1: the client address is the source of a TCP4 or TCP6 line") {
  const std::string line = "PROXY TCP4 198.51.100.1 10.0.0.1 56324 4000\r\n";
  CHECK(source_of(line + "GET / HTTP/1.1\r\n") == "198.51.100.1");
  CHECK(read_proxy_header(line + "GET").bytes == line.size());
  CHECK(source_of("PROXY TCP6 2001:db8::5 fd00::1 0 65535\r\n") == "2001:db8::5");
}

TEST_CASE("PROXY v1: an UNKNOWN line of up to the maximum length keeps the peer address") {
  const std::string longest =
      "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n";
  CHECK(longest.size() == 107);
  CHECK(source_of(longest) == "own");
  CHECK(source_of("PROXY UNKNOWN\r\n") == "own");
}

TEST_CASE("PROXY v1: an invalid line is rejected") {
  for (const auto* line :
       {"PROXY TCP4 198.51.100.1 10.0.0.1 56324\r\n", "PROXY TCP4 198.51.100.1 10.0.0.1 1 2 3\r\n",
        "PROXY TCP4 198.51.100.256 10.0.0.1 1 2\r\n",
        "PROXY TCP4 198.51.100.1 10.0.0.1 1 65536\r\n", "PROXY TCP4 198.51.100.1 10.0.0.1 01 2\r\n",
        "PROXY TCP4 198.51.100.1 10.0.0.1 +1 2\r\n", "PROXY TCP4  198.51.100.1 10.0.0.1 1 2\r\n",
        "PROXY TCP4 198.51.100.1 10.0.0.1 1 2 \r\n", "PROXY TCP4 2001:db8::5 fd00::1 1 2\r\n",
        "PROXY TCP6 198.51.100.1 10.0.0.1 1 2\r\n", "PROXY TCP5 198.51.100.1 10.0.0.1 1 2\r\n",
        "PROXY UDP4 198.51.100.1 10.0.0.1 1 2\r\n", "PROXY UNKNOWNX\r\n", "PROXY \r\n",
        "PROXY TCP4 198.51.100.1 10.0.0.1 1 2\n", "proxy TCP4 198.51.100.1 10.0.0.1 1 2\r\n",
        "PROXYTCP4 198.51.100.1\r\n"}) {
    CAPTURE(line);
    CHECK(state_of(line) == parse_state::invalid);
  }
  CHECK(state_of("PROXY UNKNOWN " + std::string(92, 'x')) == parse_state::need_more);
  CHECK(state_of("PROXY UNKNOWN " + std::string(93, 'x')) == parse_state::invalid);
}

TEST_CASE(
    "PROXY v2: the client address is the source of a TCP stream and extra fields are ignored") {
  CHECK(source_of(v2(1, 0x11, v4_body)) == "198.51.100.1");
  CHECK(source_of(v2(1, 0x11, v4_body + std::string("\x04\0\x01x", 4))) == "198.51.100.1");
  CHECK(read_proxy_header(v2(1, 0x11, v4_body) + "GET").bytes == 28);
  std::string v6_body(36, '\0');
  v6_body[0] = 0x20;
  v6_body[1] = 0x01;
  v6_body[15] = 5;
  CHECK(source_of(v2(1, 0x21, v6_body)) == "2001::5");
}

TEST_CASE("PROXY v2: LOCAL and anything but TCP over IP keeps the peer address") {
  CHECK(source_of(v2(0, 0x00, "")) == "own");
  CHECK(source_of(v2(0, 0x77, "whatever")) == "own");
  CHECK(source_of(v2(1, 0x00, "notes")) == "own");
  CHECK(source_of(v2(1, 0x12, v4_body)) == "own");
  CHECK(source_of(v2(1, 0x31, std::string(216, 'x'))) == "own");
}

TEST_CASE("PROXY v2: an invalid version or command or family or length is rejected by its head") {
  const auto head_state = [](int command, int family, int size) {
    return state_of(v2(command, family, "", size));
  };
  CHECK(head_state(2, 0x11, 12) == parse_state::invalid);
  CHECK(head_state(1, 0x41, 12) == parse_state::invalid);
  CHECK(head_state(1, 0x13, 12) == parse_state::invalid);
  CHECK(head_state(1, 0x01, 12) == parse_state::invalid);
  CHECK(head_state(1, 0x10, 12) == parse_state::invalid);
  CHECK(head_state(1, 0x11, 11) == parse_state::invalid);
  CHECK(head_state(1, 0x21, 35) == parse_state::invalid);
  CHECK(head_state(1, 0x31, 215) == parse_state::invalid);
  CHECK(head_state(1, 0x11, 4'081) == parse_state::invalid);
  CHECK(head_state(1, 0x11, 4'080) == parse_state::need_more);
  CHECK(head_state(0x10 | 1, 0x11, 12) == parse_state::invalid);  // version 3
}

TEST_CASE("bytes that are not a PROXY header are rejected at the first different byte") {
  for (const auto& begin : {std::string{"PROXY "}, signature}) {
    for (std::size_t size = 0; size < begin.size(); ++size) {
      CAPTURE(begin, size);
      CHECK(state_of(begin.substr(0, size)) == parse_state::need_more);
      CHECK(state_of(begin.substr(0, size) + "#") == parse_state::invalid);
    }
  }
  CHECK(state_of("GET / HTTP/1.1\r\n") == parse_state::invalid);
}

TEST_CASE("a PROXY header is incomplete up to its last byte and independent of later bytes") {
  for (const auto& [whole, source] : std::vector<std::pair<std::string, std::string>>{
           {v2(1, 0x11, v4_body), "198.51.100.1"},
           {v2(1, 0x21, std::string(36, '\x42')), "4242:4242:4242:4242:4242:4242:4242:4242"},
           {v2(0, 0, ""), "own"},
           {"PROXY TCP4 198.51.100.1 10.0.0.1 56324 4000\r\n", "198.51.100.1"},
           {"PROXY UNKNOWN\r\n", "own"}}) {
    CAPTURE(source, whole.size());
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CHECK(state_of(std::string_view{whole}.substr(0, size)) == parse_state::need_more);
    }
    for (const auto& next : {std::string{}, std::string{"G"}, std::string(5'000, '\n'), whole}) {
      CHECK(source_of(whole + next) == source);
      CHECK(read_proxy_header(whole + next).bytes == whole.size());
    }
  }
}

TEST_CASE("neither random bytes nor a mutated PROXY header claim more bytes than they have") {
  std::mt19937 dice{20'260};
  const std::array<std::string, 4> seeds{v2(1, 0x11, v4_body), v2(1, 0x21, std::string(40, '\x42')),
                                         "PROXY TCP4 198.51.100.1 10.0.0.1 56324 4000\r\n",
                                         "PROXY TCP6 2001:db8::5 fd00::1 1 2\r\n"};
  int wholes = 0;
  for (int i = 0; i < 200'000; ++i) {
    auto input = seeds[dice() % seeds.size()];
    for (auto changes = dice() % 4; changes > 0; --changes) {
      input[dice() % input.size()] = static_cast<char>(dice());
    }
    if (dice() % 4 == 0) input.resize(dice() % input.size());
    if (i % 8 == 0) {
      input.resize(dice() % 64);
      std::ranges::generate(input, [&dice] { return static_cast<char>(dice()); });
      if (i % 16 == 0) input.insert(0, signature);  // random bytes after a valid begin
    }
    const auto found = read_proxy_header(input);
    if (found.state != parse_state::complete) continue;
    ++wholes;
    REQUIRE(found.bytes > 0);
    REQUIRE(found.bytes <= input.size());
    // Bytes after a header do not change the result.
    const auto longer = read_proxy_header(input + "x");
    REQUIRE(longer.bytes == found.bytes);
    REQUIRE(longer.source == found.source);
  }
  CHECK(wholes > 10'000);
}
