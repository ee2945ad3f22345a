// SPDX-License-Identifier: Apache-2.0
#include "cluster/links/attach_notice_codec.hpp"

#include <string>

#include "cluster/wire/envelope_codec.hpp"
#include "tests/cluster/bus_contract.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

namespace {

slice notice_bytes(std::string_view text) { return slice::of(bytes_ptr::copy(text)); }

}  // namespace

TEST_CASE("a notice of attached edges is decoded as it was encoded") {
  const attach_notice sent{shard_id{1'023}, ~0ULL};
  const auto bytes = encode(sent);
  CHECK(is_attach_notice(bytes));
  const auto got = decode_attach_notice(bytes);
  REQUIRE(got);
  CHECK(got.value == sent);
}

TEST_CASE("a notice of attached edges has stable bytes") {
  const std::string expected("\x89\x01\x09\0\0\0\x03\x07\0\0\0\0\0\0\0", 15);
  CHECK(encode(attach_notice{shard_id{3}, 7}).view() == expected);
}

TEST_CASE("commands and events are no notice, and neither is an empty envelope") {
  wire::byte_writer out;
  REQUIRE(wire::encode(contract::push_to("room:a", {}, 1), out));
  CHECK_FALSE(is_attach_notice(out.take()));
  CHECK_FALSE(is_attach_notice({}));
}

TEST_CASE("a notice that is cut or has more behind it is not decoded") {
  const std::string whole{encode(attach_notice{shard_id{3}, 7}).view()};
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FALSE(decode_attach_notice(notice_bytes(whole.substr(0, size))));
  }
  CHECK(decode_attach_notice(notice_bytes(whole + "x")).why == wire::wire_error::malformed);
  CHECK(decode_attach_notice(notice_bytes("{}")).why == wire::wire_error::foreign);
}
