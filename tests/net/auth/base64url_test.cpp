// SPDX-License-Identifier: Apache-2.0
#include "net/auth/base64url.hpp"

#include "tests/fixtures/catch.hpp"

namespace roost::net::auth {

TEST_CASE("base64url round-trips any bytes and writes no padding") {
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  for (std::size_t size = 0; size <= all.size(); ++size) {
    const auto part = all.substr(all.size() - size);
    const auto text = base64url_encode(part);
    REQUIRE(text.find_first_of("+/=") == text.npos);
    REQUIRE(base64url_decode(text) == part);
  }
  CHECK(base64url_encode("\xfb\xff") == "-_8");
}

TEST_CASE("base64url decoding refuses padding and wrong lengths and foreign characters") {
  for (const auto* bad :
       {"Zg==", "Zm8=", "=", "Z", "Zm9vY", "Zm 9", "Zm9v\n", "+/+/", "Zm9v.", "Zm\xc3\xa9"}) {
    CAPTURE(bad);
    CHECK_FALSE(base64url_decode(bad));
  }
  CHECK_FALSE(base64url_decode(std::string_view{"Zm\0v", 4}));
}

TEST_CASE("base64url decoding refuses nonzero bits after the last byte") {
  CHECK(base64url_decode("Zg") == "f");
  CHECK(base64url_decode("Zm8") == "fo");
  for (const auto* bad : {"Zh", "Zi", "Zv", "Zm9", "Zm-", "Zm_"}) {
    CAPTURE(bad);
    CHECK_FALSE(base64url_decode(bad));
  }
}

}  // namespace roost::net::auth
