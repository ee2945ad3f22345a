// SPDX-License-Identifier: Apache-2.0
#include "net/websocket/frame_header.hpp"

#include <string>

#include "tests/fixtures/catch.hpp"
#include "tests/net/websocket/client_frames.hpp"

namespace {

using namespace roost::net::websocket;
using roost::tests::client_frame;

header_state state_of(std::string_view bytes) {
  frame_header out;
  return read_header(bytes, out);
}

}  // namespace

TEST_CASE("RFC 6455 5.2: a header is complete when its last byte arrives") {
  for (const std::size_t size : {0, 125, 126, 65'535, 65'536}) {
    const auto bytes = client_frame(2, std::string(size, 'x'));
    frame_header out;
    REQUIRE(read_header(bytes, out) == header_state::complete);
    CHECK(out.payload_bytes == size);
    CHECK(out.size == bytes.size() - size);
    CHECK(out.mask == mask_key{0x37, 0xFA, 0x21, 0x3D});
    for (std::size_t have = 0; have < out.size; ++have) {
      CHECK(state_of(bytes.substr(0, have)) == header_state::incomplete);
    }
  }
}

TEST_CASE("RFC 6455 5.2: an invalid header is refused as soon as its bytes show it") {
  CHECK(state_of("\xC1") == header_state::invalid);
  CHECK(state_of("\x83") == header_state::invalid);
  CHECK(state_of("\x09") == header_state::invalid);
  CHECK(state_of("\x81\x05") == header_state::invalid);
  CHECK(state_of("\x89\xFE") == header_state::invalid);
  CHECK(state_of(std::string("\x81\xFE\x00\x7D", 4)) == header_state::invalid);
}

TEST_CASE("RFC 6455 5.3: unmasking in pieces equals unmasking at once") {
  std::string payload;
  for (int i = 0; i < 70; ++i) payload += static_cast<char>('0' + i);
  const mask_key mask{0x12, 0xFE, 0x00, 0x9A};
  std::string masked(payload.size(), ' ');
  for (std::size_t i = 0; i < payload.size(); ++i) {
    masked[i] = static_cast<char>(static_cast<unsigned char>(payload[i]) ^ mask[i % 4]);
  }
  for (std::size_t split = 0; split <= payload.size(); ++split) {
    std::string out(payload.size(), ' ');
    const std::string_view all(masked);
    CHECK(unmask(out.data(), all.substr(0, split), mask, 0));
    CHECK(unmask(out.data() + split, all.substr(split), mask, split));
    REQUIRE(out == payload);
  }
}

TEST_CASE("unmasking detects a byte that is not ASCII at any place") {
  for (std::size_t at = 0; at < 21; ++at) {
    std::string text(21, 'a');
    std::string out(21, ' ');
    CHECK(unmask(out.data(), text, mask_key{}, 0));
    text[at] = '\x80';
    CHECK_FALSE(unmask(out.data(), text, mask_key{}, 0));
  }
}
