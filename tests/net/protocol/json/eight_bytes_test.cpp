// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/json/eight_bytes.hpp"

#include <string>

#include "tests/fixtures/catch.hpp"

using roost::net::eight_bytes;

TEST_CASE("a matching character is found at each of the eight places") {
  for (std::size_t i = 0; i < eight_bytes::size; ++i) {
    for (int c = 0; c < 256; ++c) {
      std::string text(eight_bytes::size, 'm');
      text[i] = static_cast<char>(c);
      const eight_bytes eight{text.data()};
      INFO("character " << c << " at " << i);
      CHECK((eight.below(0x20) != 0) == (c < 0x20));
      CHECK((eight.equal('"') != 0) == (c == '"'));
      CHECK((eight.beyond_ascii() != 0) == (c >= 0x80));
      if (c == '"') CHECK(eight_bytes::first(eight.equal('"')) == i);
    }
  }
}

TEST_CASE("the first of several matches is found") {
  const std::string text = "aa\"b\"\"#\"";
  const eight_bytes eight{text.data()};
  CHECK(eight_bytes::first(eight.equal('"')) == 2);
  CHECK(eight.equal('x') == 0);
}
