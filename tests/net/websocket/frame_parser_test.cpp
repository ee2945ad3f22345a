// SPDX-License-Identifier: Apache-2.0
#include "net/websocket/frame_parser.hpp"

#include <random>
#include <string>
#include <vector>

#include "tests/fixtures/catch.hpp"
#include "tests/net/websocket/client_frames.hpp"

namespace {

using namespace roost;
using namespace roost::net::websocket;
using tests::client_frame;
using tests::close_payload;
using tests::frame_shape;
using tests::not_final;

constexpr std::size_t bytes_max = 1'000'000;

// Everything that the parser found, one line each; a failure is last.
std::string found_in(const std::vector<std::string_view>& pieces, std::size_t limit = bytes_max) {
  static const char* const names[] = {"more", "text", "binary", "ping", "pong", "close"};
  frame_parser parser;
  std::string out;
  for (auto piece : pieces) {
    for (;;) {
      const auto next = parser.next(piece, limit);
      if (next.kind == parsed_kind::need_more) break;
      if (next.kind == parsed_kind::failure) {
        return out + "failure " + std::string(row_of(next.why).name) + "\n";
      }
      out += names[static_cast<std::size_t>(next.kind)];
      out += " " + std::string(next.data->view()) + "\n";
    }
  }
  return out;
}

std::string found(std::string_view bytes, std::size_t limit = bytes_max) {
  const auto whole = found_in({bytes}, limit);
  std::vector<std::string_view> single;
  for (std::size_t i = 0; i < bytes.size(); ++i) single.push_back(bytes.substr(i, 1));
  CHECK(found_in(single, limit) == whole);
  return whole;
}

frame_shape unmasked() {
  frame_shape out;
  out.is_masked = false;
  return out;
}
frame_shape with_length_bytes(int n) {
  frame_shape out;
  out.length_bytes = n;
  return out;
}
frame_shape with_reserved(unsigned bits) {
  frame_shape out;
  out.reserved = bits;
  return out;
}

const std::string refused = "failure protocol_error\n";

}  // namespace

TEST_CASE("RFC 6455 5.6: whole messages are parsed with their type") {
  CHECK(found(client_frame(1, "hello") + client_frame(2, "\xFF\xFE")) ==
        "text hello\nbinary \xFF\xFE\n");
  CHECK(found(client_frame(1, "")) == "text \n");
  for (const std::size_t size : {125, 126, 127, 65'535, 65'536, 70'000}) {
    const std::string text(size, 'x');
    CHECK(found_in({client_frame(1, text)}) == "text " + text + "\n");
  }
}

TEST_CASE("RFC 6455 5.1: a frame without a mask is refused") {
  CHECK(found(client_frame(1, "x", unmasked())) == refused);
  CHECK(found(client_frame(9, "", unmasked())) == refused);
}

TEST_CASE("RFC 6455 5.2: reserved bits are refused") {
  for (const unsigned bits : {0x40U, 0x20U, 0x10U, 0x70U}) {
    CHECK(found(client_frame(1, "x", with_reserved(bits))) == refused);
    CHECK(found(client_frame(8, "", with_reserved(bits))) == refused);
  }
}

TEST_CASE("RFC 6455 5.2: reserved opcodes are refused") {
  for (const unsigned opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
    CHECK(found(client_frame(1, "ok") + client_frame(opcode, "x")) == "text ok\n" + refused);
  }
}

TEST_CASE("RFC 6455 5.2: a length that is not in its shortest form is refused") {
  CHECK(found(client_frame(2, "abc", with_length_bytes(2))) == refused);
  CHECK(found(client_frame(2, "abc", with_length_bytes(8))) == refused);
  CHECK(found(client_frame(2, std::string(125, 'x'), with_length_bytes(2))) == refused);
  CHECK(found_in({client_frame(2, std::string(65'535, 'x'), with_length_bytes(8))}) == refused);
}

TEST_CASE("RFC 6455 5.2: a 64-bit length with its highest bit set is refused") {
  CHECK(found("\x82\xFF" + std::string(8, '\xFF')) == refused);
  CHECK(found("\x82\xFF\x80" + std::string(7, '\0') + "mask") == refused);
}

TEST_CASE("RFC 6455 5.5: a control frame has at most 125 bytes and is not fragmented") {
  CHECK(found(client_frame(9, std::string(125, 'p'))) == "ping " + std::string(125, 'p') + "\n");
  for (const unsigned opcode : {8, 9, 10}) {
    CHECK(found(client_frame(opcode, std::string(126, 'x'))) == refused);
    CHECK(found(client_frame(opcode, "x", not_final())) == refused);
  }
}

TEST_CASE("RFC 6455 5.4: fragments make one message and control frames may come between them") {
  const auto bytes = client_frame(1, "one ", not_final()) + client_frame(9, "p") +
                     client_frame(0, "two ", not_final()) + client_frame(10, "q") +
                     client_frame(0, "", not_final()) + client_frame(0, "three") +
                     client_frame(2, "next");
  CHECK(found(bytes) == "ping p\npong q\ntext one two three\nbinary next\n");
}

TEST_CASE("RFC 6455 5.4: a continuation without a started message is refused") {
  CHECK(found(client_frame(0, "x")) == refused);
  CHECK(found(client_frame(0, "x", not_final())) == refused);
  CHECK(found(client_frame(1, "a") + client_frame(0, "b")) == "text a\n" + refused);
}

TEST_CASE("RFC 6455 5.4: a new message inside an unfinished one is refused") {
  CHECK(found(client_frame(1, "a", not_final()) + client_frame(1, "b")) == refused);
  CHECK(found(client_frame(2, "a", not_final()) + client_frame(2, "b", not_final())) == refused);
}

TEST_CASE("RFC 6455 8.1: text that is not UTF-8 is refused and binary is not checked") {
  CHECK(found(client_frame(1, "\xCE\xBA\xED\xA0\x80")) == "failure bad_utf8\n");
  CHECK(found(client_frame(1, "cut \xE2\x82")) == "failure bad_utf8\n");
  CHECK(found(client_frame(2, "\xED\xA0\x80")) == "binary \xED\xA0\x80\n");
  CHECK(found(client_frame(9, "\xED\xA0\x80")) == "ping \xED\xA0\x80\n");
}

TEST_CASE("RFC 6455 8.1: a code point may span fragments with a ping between them") {
  CHECK(found(client_frame(1, "\xF0\x9F", not_final()) + client_frame(9, "\xFF") +
              client_frame(0, "\xA6", not_final()) + client_frame(0, "\x89")) ==
        "ping \xFF\ntext \xF0\x9F\xA6\x89\n");
  CHECK(found(client_frame(1, "\xF0\x9F", not_final()) + client_frame(0, "")) ==
        "failure bad_utf8\n");
}

TEST_CASE("RFC 6455 8.1: invalid text is refused before its frame ends") {
  const auto bytes = client_frame(1, std::string(1000, 'a') + "\xFF" + std::string(1000, 'a'));
  CHECK(found_in({std::string_view(bytes).substr(0, 1100)}) == "failure bad_utf8\n");
}

TEST_CASE("RFC 6455 10.4: a message over the limit is refused at its header") {
  CHECK(found(client_frame(2, std::string(10, 'x')), 10) == "binary xxxxxxxxxx\n");
  const auto large = client_frame(2, std::string(11, 'x'));
  CHECK(found_in({std::string_view(large).substr(0, 6)}, 10) == "failure frame_too_big\n");
  CHECK(found("\x82\xFF\x7F" + std::string(7, '\xFF') + "mask", 10) == "failure frame_too_big\n");
}

TEST_CASE("RFC 6455 10.4: the limit applies to the sum of fragments and not to pings between") {
  const auto part = client_frame(2, "xxxx", not_final());
  const auto rest = client_frame(0, "xxxx", not_final());
  const auto ping = client_frame(9, std::string(100, 'p'));
  CHECK(found(part + rest + ping + client_frame(0, "xx"), 10).find("binary") != std::string::npos);
  CHECK(found(part + rest + client_frame(0, "xxx"), 10) == "failure frame_too_big\n");
}

TEST_CASE("RFC 6455 5.5.1: a close frame is parsed with its payload") {
  CHECK(found(client_frame(8, close_payload(1001, "bye"))) ==
        "close " + close_payload(1001, "bye") + "\n");
}

TEST_CASE("the parser reports whether it is between messages") {
  frame_parser parser;
  const auto bytes = client_frame(1, "hello", not_final()) + client_frame(0, "world");
  CHECK(parser.is_between_messages());
  std::string_view first = std::string_view(bytes).substr(0, 7);
  CHECK(parser.next(first, bytes_max).kind == parsed_kind::need_more);
  CHECK_FALSE(parser.is_between_messages());
  std::string_view second = std::string_view(bytes).substr(7);
  CHECK(parser.next(second, bytes_max).data->view() == "helloworld");
  CHECK(parser.is_between_messages());
}

TEST_CASE("the parser finds the same messages for any split of a stream") {
  std::mt19937 random(2024);
  for (int round = 0; round < 300; ++round) {
    std::string bytes;
    bool in_message = false;
    for (int i = 0; i < 12; ++i) {
      frame_shape shape;
      shape.is_final = random() % 2 == 0;
      for (auto& each : shape.mask) each = static_cast<unsigned char>(random());
      const std::string payload(random() % 300, random() % 9 == 0 ? '\xC3' : 'a');
      bytes += client_frame(in_message ? 0 : 1 + random() % 2, payload, shape);
      in_message = !shape.is_final;
      if (random() % 3 == 0) bytes += client_frame(9, "ping");
      if (random() % 40 == 0) bytes += static_cast<char>(random());
    }
    std::vector<std::string_view> pieces;
    for (std::string_view rest = bytes; !rest.empty();) {
      const auto size = std::min<std::size_t>(1 + random() % 200, rest.size());
      pieces.push_back(rest.substr(0, size));
      rest.remove_prefix(size);
    }
    REQUIRE(found_in(pieces, 2000) == found_in({bytes}, 2000));
  }
}
