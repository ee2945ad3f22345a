// SPDX-License-Identifier: Apache-2.0
#include "net/websocket/utf8_check.hpp"

#include <string>
#include <vector>

#include "net/protocol/json/json_check.hpp"
#include "tests/fixtures/catch.hpp"

namespace {

using roost::net::is_utf8;
using roost::net::websocket::utf8_check;

bool fed_in_two(std::string_view text, std::size_t split) {
  utf8_check check;
  return check.feed(text.substr(0, split)) && check.feed(text.substr(split)) &&
         check.is_at_border();
}

bool fed_by_bytes(std::string_view text) {
  utf8_check check;
  for (const char& each : text) {
    if (!check.feed({&each, 1})) return false;
  }
  return check.is_at_border();
}

const std::vector<std::string> texts{
    "",
    "plain",
    "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5",
    "\xF0\x9F\xA6\x89\xF4\x8F\xBF\xBF\xEE\x80\x80\xED\x9F\xBF",
    "a\xC2\x80\xE0\xA0\x80\xF0\x90\x80\x80z",
    "\xC0\x80",
    "\xC1\xBF",
    "\xE0\x9F\xBF",
    "\xF0\x8F\xBF\xBF",
    "\xED\xA0\x80",
    "\xED\xBF\xBF",
    "\xF4\x90\x80\x80",
    "\xF5\x80\x80\x80",
    "\x80",
    "ok\xFF",
    "\xE2\x82",
    "\xF0\x9F\xA6",
    "\xE2(\xA1",
    "cut \xC3",
};

}  // namespace

TEST_CASE("RFC 6455 8.1: text in pieces is checked like the whole text") {
  for (const auto& text : texts) {
    CAPTURE(text);
    CHECK(fed_by_bytes(text) == is_utf8(text));
    for (std::size_t split = 0; split <= text.size(); ++split) {
      CHECK(fed_in_two(text, split) == is_utf8(text));
    }
  }
}

TEST_CASE("RFC 6455 8.1: each lead byte with each second byte gets the result of the fast check") {
  for (unsigned lead = 0x80; lead <= 0xFF; ++lead) {
    for (unsigned second = 0; second <= 0xFF; ++second) {
      std::string text{static_cast<char>(lead), static_cast<char>(second)};
      text += "\x80\x80";
      for (std::size_t size = 1; size <= 4; ++size) {
        REQUIRE(fed_by_bytes(text.substr(0, size)) == is_utf8(text.substr(0, size)));
      }
    }
  }
}

TEST_CASE("RFC 6455 8.1: text is refused at the first byte that cannot be valid") {
  utf8_check check;
  CHECK(check.feed("good \xF4"));
  CHECK_FALSE(check.is_at_border());
  CHECK_FALSE(check.feed("\x90"));
}
