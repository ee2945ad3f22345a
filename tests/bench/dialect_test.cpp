// SPDX-License-Identifier: Apache-2.0
#include "bench/load/dialect.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost::bench;

namespace {

std::string_view text_of(std::string_view frame) {
  const bool is_long = (static_cast<unsigned char>(frame[1]) & 0x7f) == 126;
  return frame.substr(is_long ? 8 : 6);
}

}  // namespace

TEST_CASE("a bare push contains the same broadcast bytes that Roost would write") {
  push_frame push(dialect::bare, push_kind::broadcast, 7);
  const auto text = text_of(push.stamped(42, 0));
  CHECK(text.substr(0, 9) == "B00000042");
  const auto delivery = text.substr(9);
  CHECK(delivery.size() == delivery_payload_bytes);
  CHECK(delivery.substr(0, 32) == R"([null,null,"room:00007","msg",{")");
}

TEST_CASE("a Phoenix push carries the same payload as a bare one") {
  push_frame phoenix(dialect::phoenix, push_kind::broadcast, 7);
  push_frame bare(dialect::bare, push_kind::broadcast, 7);
  const auto a = text_of(phoenix.stamped(1, 99));
  const auto b = text_of(bare.stamped(1, 99));
  CHECK(a.substr(0, 37) == R"(["1","00000001","room:00007","msg",{")");
  CHECK(a.substr(a.find('{')) == b.substr(b.find('{')));
}

TEST_CASE("the timestamp of a broadcast can be read back") {
  push_frame push(dialect::bare, push_kind::broadcast, 0);
  for (const std::uint64_t stamp : {0ULL, 1ULL, 0x0123456789abcdefULL, ~0ULL}) {
    CHECK(stamp_of(text_of(push.stamped(3, stamp)).substr(9)) == stamp);
  }
  CHECK(stamp_of("short") == 0);
}

TEST_CASE("a join names its room in both dialects") {
  CHECK(text_of(join_frame(dialect::phoenix, push_kind::echo, 3)) ==
        R"(["1","1","echo:00003","phx_join",{}])");
  CHECK(text_of(join_frame(dialect::bare, push_kind::echo, 3)) == "J0000000000003");
}

TEST_CASE("a leave names its room and the join_ref of its channel") {
  CHECK(text_of(leave_frame(push_kind::echo, 3)) == R"(["1","2","echo:00003","phx_leave",{}])");
}

TEST_CASE("only a 101 with the right accept value is an upgrade") {
  CHECK(
      is_accepted("HTTP/1.1 101 X\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"));
  CHECK_FALSE(is_accepted("HTTP/1.1 101 X\r\n\r\n"));
  CHECK_FALSE(is_accepted("HTTP/1.1 403 Forbidden\r\n\r\n"));
}
