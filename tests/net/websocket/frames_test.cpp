// SPDX-License-Identifier: Apache-2.0
#include "net/websocket/frames.hpp"

#include <string>

#include "tests/fixtures/catch.hpp"
#include "tests/net/websocket/client_frames.hpp"

namespace {

using namespace roost;
using namespace roost::net::websocket;
using tests::close_payload;

}  // namespace

TEST_CASE("RFC 6455 5.5: a close reason that is too long is cut between code points") {
  std::string reason(122, 'x');
  reason += "\xC3\xA9 tail";
  const auto message = make_close(1000, reason);
  CHECK(message.kind() == net::encoded_kind::close);
  CHECK(message->view() == close_payload(1000, std::string(122, 'x')));
  CHECK(make_close(1001, "idle")->view() == close_payload(1001, "idle"));
}

TEST_CASE("RFC 6455 7.4: only close codes that are allowed on the wire are accepted") {
  for (const unsigned code : {1000, 1001, 1002, 1003, 1007, 1008, 1011, 1014, 3000, 4999}) {
    const auto read = read_close(close_payload(code, "why"));
    REQUIRE(read);
    CHECK(*read == code);
  }
  for (const unsigned code : {0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65'535}) {
    const auto read = read_close(close_payload(code));
    REQUIRE_FALSE(read);
    CHECK(read.failure().code == errc::protocol_error);
  }
}

TEST_CASE("RFC 6455 5.5.1: an empty close means 1000 and a single byte is refused") {
  CHECK(*read_close("") == 1000);
  CHECK(read_close("\x03").failure().code == errc::protocol_error);
}

TEST_CASE("RFC 6455 5.5.1: a close reason must be UTF-8") {
  CHECK(read_close(close_payload(1000, "\xFF")).failure().code == errc::bad_utf8);
  CHECK(*read_close(close_payload(1000, "gr\xC3\xBC\xC3\x9F")) == 1000);
}
