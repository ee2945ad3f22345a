#include "net/protocol/base64.hpp"

#include "tests/support/catch.hpp"

using roost::net::base64_encode;

TEST_CASE("base64 gives the vectors of RFC 4648") {
  CHECK(base64_encode("").empty());
  CHECK(base64_encode("f") == "Zg==");
  CHECK(base64_encode("fo") == "Zm8=");
  CHECK(base64_encode("foo") == "Zm9v");
  CHECK(base64_encode("foob") == "Zm9vYg==");
  CHECK(base64_encode("fooba") == "Zm9vYmE=");
  CHECK(base64_encode("foobar") == "Zm9vYmFy");
}

TEST_CASE("base64 takes any byte and uses the standard alphabet") {
  CHECK(base64_encode(std::string_view{"\0\xff\x7f", 3}) == "AP9/");
  CHECK(base64_encode("\xfb\xef\xbe") == "++++");
}
