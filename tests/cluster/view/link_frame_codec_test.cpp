// SPDX-License-Identifier: Apache-2.0
#include "cluster/view/link_frame_codec.hpp"

#include <string>
#include <vector>

#include "cluster/wire/message_header.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/golden_file.hpp"

using namespace roost;
using namespace roost::cluster;

namespace {

link_frame filled_frame() {
  link_frame out{node_id{0x1122334455667788}, node_id{2}, 3, 4, 500, {}};
  for (const auto* each : {"first", "", "third one"}) {
    out.envelopes.push_back(slice::of(bytes_ptr::copy(each)));
  }
  return out;
}

std::string encoded_frame(const link_frame& frame) {
  wire::byte_writer out;
  REQUIRE(encode(frame, out));
  return std::string{out.view()};
}

wire::decoded<link_frame> decoded_frame(std::string_view bytes) {
  return decode_link_frame(slice::of(bytes_ptr::copy(bytes)));
}

void check_filled(const link_frame& frame) {
  const auto expected = filled_frame();
  CHECK(frame.from == expected.from);
  CHECK(frame.to == expected.to);
  CHECK(frame.incarnation == expected.incarnation);
  CHECK(frame.peer_incarnation == expected.peer_incarnation);
  CHECK(frame.number == expected.number);
  std::vector<std::string> envelopes;
  for (const auto& each : frame.envelopes) envelopes.emplace_back(each.view());
  CHECK(envelopes == std::vector<std::string>{"first", "", "third one"});
}

}  // namespace

TEST_CASE("a frame of a link has its golden bytes, in both directions") {
  const auto golden = roost::tests::golden_value("view.txt", "link_frame");
  CHECK(encoded_frame(filled_frame()) == golden);
  const auto got = decoded_frame(golden);
  REQUIRE(got);
  check_filled(got.value);
}

TEST_CASE("the envelopes of a decoded frame share its bytes") {
  const auto input = slice::of(bytes_ptr::copy(encoded_frame(filled_frame())));
  const auto got = decode_link_frame(input);
  REQUIRE(got);
  for (const auto& each : got.value.envelopes) CHECK(each.whole.get() == input.whole.get());
}

TEST_CASE("every cut frame is refused, and none reads beyond its end") {
  const auto whole = encoded_frame(filled_frame());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK(decoded_frame(std::string_view{whole}.substr(0, size)).why ==
          wire::wire_error::truncated);
    if (size < wire::header_bytes) continue;
    auto shorter = whole.substr(0, size);
    shorter[2] = static_cast<char>(size - wire::header_bytes);
    CHECK(decoded_frame(shorter).why == wire::wire_error::malformed);
  }
}

TEST_CASE("a frame with a changed byte is refused, or is one that can be encoded again") {
  const auto whole = encoded_frame(filled_frame());
  std::size_t read = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      auto bytes = whole;
      bytes[at] = static_cast<char>(value);
      const auto got = decoded_frame(bytes);
      if (!got) continue;
      ++read;
      const auto once = encoded_frame(got.value);
      const auto again = decoded_frame(once);
      REQUIRE(again);
      REQUIRE(encoded_frame(again.value) == once);
    }
  }
  CHECK(read > whole.size());
}

TEST_CASE("foreign, newer and oversized frames are refused, each with its reason") {
  const auto whole = encoded_frame(filled_frame());
  const auto with = [&](std::size_t at, char value) {
    auto out = whole;
    out[at] = value;
    return decoded_frame(out).why;
  };
  CHECK(with(0, '\x85') == wire::wire_error::foreign);
  CHECK(with(1, 9) == wire::wire_error::future);
  CHECK(with(5, 1) == wire::wire_error::oversized);
  CHECK(decoded_frame(whole + "x").why == wire::wire_error::malformed);
}

TEST_CASE("a frame that claims envelopes without number, or more than it has, is malformed") {
  auto frame = filled_frame();
  frame.number = 0;
  CHECK(decoded_frame(encoded_frame(frame)).why == wire::wire_error::malformed);
  frame.envelopes.clear();
  auto bytes = encoded_frame(frame);
  CHECK(decoded_frame(bytes));
  bytes.back() = 100;
  CHECK(decoded_frame(bytes).why == wire::wire_error::malformed);
}

TEST_CASE("a frame above the bound of a message is not encoded") {
  auto frame = filled_frame();
  frame.envelopes.assign(1, slice::of(bytes_ptr::make(wire::link_frame_bytes_max)));
  wire::byte_writer out;
  CHECK_FALSE(encode(frame, out));
  CHECK(out.size() == 0);
}
