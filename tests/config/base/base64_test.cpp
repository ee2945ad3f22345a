// SPDX-License-Identifier: Apache-2.0
#include "config/base/base64.hpp"

#include "tests/fixtures/catch.hpp"

using roost::base64_alphabet;
using roost::base64_decode;
using roost::base64_encode;

TEST_CASE("base64 encodes and decodes the vectors of RFC 4648") {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : vectors) {
    CHECK(base64_encode(plain) == text);
    CHECK(base64_decode(text) == plain);
  }
}

TEST_CASE("base64 round-trips any bytes in the standard alphabet") {
  CHECK(base64_encode(std::string_view{"\0\xff\x7f", 3}) == "AP9/");
  CHECK(base64_encode("\xfb\xef\xbe") == "++++");
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  for (std::size_t size = 0; size <= all.size(); ++size) {
    const auto part = all.substr(all.size() - size);
    REQUIRE(base64_decode(base64_encode(part)) == part);
  }
}

TEST_CASE("base64 decodes with or without padding and optionally the URL alphabet") {
  const auto bytes = std::string{"\xfb\xff\xfe", 3};
  for (const auto taken : {base64_alphabet::standard, base64_alphabet::both}) {
    CHECK(base64_decode("+//+", taken) == bytes);
    CHECK(base64_decode("YQ==", taken) == "a");
    CHECK(base64_decode("YQ", taken) == "a");
    CHECK(base64_decode("YWI=", taken) == "ab");
    CHECK(base64_decode("YWI", taken) == "ab");
    CHECK(base64_decode("", taken) == "");
  }
  CHECK(base64_decode("-__-", base64_alphabet::both) == bytes);
  CHECK_FALSE(base64_decode("-__-"));
}

TEST_CASE("base64 decoding refuses nonzero bits after the last byte") {
  for (const auto* bad : {"YR", "YR==", "YWJ", "YWJ="}) CHECK_FALSE(base64_decode(bad));
}

TEST_CASE("base64 decoding refuses malformed text") {
  for (const auto* bad : {"Y", "YWJjZ", "Y!==", "YQ=", "YQ===", "YW I", "=", "Y=Q=", "YQ\n"}) {
    CHECK_FALSE(base64_decode(bad));
    CHECK_FALSE(base64_decode(bad, base64_alphabet::both));
  }
}
