// SPDX-License-Identifier: Apache-2.0
#include "cluster/wire/name_check.hpp"

#include <string>

#include "tests/fixtures/catch.hpp"

namespace roost::cluster::wire {
namespace {

/// The form of a code point in UTF-8, also where it must not be written.
std::string utf8_of(unsigned code) {
  const auto tail = [code](unsigned shift) {
    return static_cast<char>(0x80U | (code >> shift & 0x3fU));
  };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xc0U | code >> 6U), tail(0)};
  if (code < 0x10000) return {static_cast<char>(0xe0U | code >> 12U), tail(6), tail(0)};
  return {static_cast<char>(0xf0U | code >> 18U), tail(12), tail(6), tail(0)};
}

TEST_CASE("a name is UTF-8 without control characters") {
  for (unsigned code = 0; code < 0x120000; ++code) {
    const bool is_control = code < 0x20 || (code >= 0x7f && code < 0xa0);
    const bool is_character = code < 0xd800 || (code > 0xdfff && code <= 0x10ffff);
    if (is_name("a" + utf8_of(code) + "b") != (is_character && !is_control)) {
      FAIL("U+" << std::hex << code);
    }
  }
}

TEST_CASE("a character that is overlong or incomplete is no part of a name") {
  for (const auto* text : {"\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\x80",
                           "\xbf", "\xc3", "\xe2\x82", "\xf0\x9f\x90", "\xc3\x28", "\xe2\x28\xa1",
                           "\xf5\x80\x80\x80", "\xfe", "\xff"}) {
    CHECK_FALSE(is_name(text));
  }
}

TEST_CASE("a name has at most 255 bytes") {
  CHECK(is_name(""));
  CHECK(is_name(std::string(255, 'a')));
  CHECK_FALSE(is_name(std::string(256, 'a')));
}

}  // namespace
}  // namespace roost::cluster::wire
