#include "net/http/base64.hpp"

#include "tests/support/catch.hpp"

namespace roost::net::http {

TEST_CASE("base64 is read in both alphabets, with and without padding") {
  const auto bytes = std::string{"\xfb\xff\xfe", 3};
  CHECK(decode_base64("+//+") == bytes);
  CHECK(decode_base64("-__-") == bytes);
  CHECK(decode_base64("YQ==") == "a");
  CHECK(decode_base64("YQ") == "a");
  CHECK(decode_base64("YWI=") == "ab");
  CHECK(decode_base64("YWI") == "ab");
  CHECK(decode_base64("") == "");
}

TEST_CASE("text that is no base64 is refused") {
  for (const auto* bad : {"Y", "YWJjZ", "Y!==", "YQ=", "YQ===", "YW I", "=", "Y=Q="}) {
    CHECK_FALSE(decode_base64(bad));
  }
}

}  // namespace roost::net::http
