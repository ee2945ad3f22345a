// SPDX-License-Identifier: Apache-2.0
#include "net/http/upgrade/protocol_version.hpp"

#include "tests/fixtures/catch.hpp"

namespace roost::net::http {

TEST_CASE("a protocol version selects its codec") {
  for (const auto* v1 : {"1.0.0", "1.0.7", "1.0.10", "1.0.1-rc.1", "1.0.0+build"}) {
    CHECK(codec_of_version(v1) == codec_id::v1);
  }
  for (const auto* v2 : {"2.0.0", "2.0.3", "2.0.0+a-b", "2.0.1-x.y+z"}) {
    CHECK(codec_of_version(v2) == codec_id::v2);
  }
}

TEST_CASE("an unsupported or malformed version is refused") {
  for (const auto* bad :
       {"",           "2",      "2.0",     "1.1.0",      "2.1.0",  "3.0.0", "2.0.x",
        "02.0.0",     "2.0.00", "2.0.0.0", " 2.0.0",     "2.0.0 ", "2.0.",  "2.0.0-",
        "2.0.0-rc.1", "2.0.1-", "2.0.1+",  "2.0.1-a..b", "2.00.0", "-2.0.0"}) {
    INFO(bad);
    CHECK_FALSE(codec_of_version(bad));
  }
}

}  // namespace roost::net::http
