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

TEST_CASE("RFC 6455 5.2: a server frame is unmasked and has the shortest length form") {
  for (const std::size_t size : {0, 1, 125, 126, 65'535, 65'536}) {
    const std::string payload(size, 'x');
    tests::frame_shape unmasked;
    unmasked.is_masked = false;
    CHECK(make_frame(opcode::binary, payload)->view() == tests::client_frame(2, payload, unmasked));
  }
}

TEST_CASE("RFC 6455 5.5: a close reason that is too long is cut between code points") {
  std::string reason(122, 'x');
  reason += "\xC3\xA9 tail";
  const auto frame = make_close(1000, reason);
  CHECK(frame->view().substr(2) == close_payload(1000, std::string(122, 'x')));
  CHECK(make_close(1001, "idle")->view() == std::string("\x88\x06") + close_payload(1001, "idle"));
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
