// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/message_base64.hpp"

#include <string>

#include "tests/fixtures/catch.hpp"

namespace {

std::string decoded(std::string_view text) {
  const auto out = roost::cluster::decode_base64(text);
  return out ? std::string(out->view()) : "invalid";
}

}  // namespace

TEST_CASE("base64 of RFC 4648 is decoded") {
  CHECK(decoded("").empty());
  CHECK(decoded("Zg==") == "f");
  CHECK(decoded("Zm8=") == "fo");
  CHECK(decoded("Zm9v") == "foo");
  CHECK(decoded("Zm9vYg==") == "foob");
  CHECK(decoded("Zm9vYmE=") == "fooba");
  CHECK(decoded("Zm9vYmFy") == "foobar");
  CHECK(decoded("+/8A") == std::string("\xfb\xff\0", 3));
}

TEST_CASE("other text is not base64") {
  for (const auto* text : {"Z", "Zg", "Zg=", "Z===", "====", "Zg==Zg==", "Zm9-", "Zm 9", "=Zm9"}) {
    INFO(text);
    CHECK(decoded(text) == "invalid");
  }
}
