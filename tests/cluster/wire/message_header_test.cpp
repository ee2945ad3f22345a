// SPDX-License-Identifier: Apache-2.0
#include "cluster/wire/message_header.hpp"

#include <array>
#include <string>

#include "tests/fixtures/catch.hpp"

namespace roost::cluster::wire {
namespace {

constexpr std::array expected{format::event};

slice message_of(std::string_view contents, format kind = format::event) {
  byte_writer out;
  const auto begin = begin_message(out, kind);
  out.raw(contents);
  REQUIRE(end_message(out, begin, 1'000));
  return out.take();
}

TEST_CASE("a message begins with its format, the version and its length") {
  CHECK(message_of("abc").view() == std::string("\x82\x01\x03\0\0\0abc", 9));
  auto input = message_of("abc");
  const auto got = take_message(input, expected, 1'000);
  REQUIRE(got);
  CHECK(got.value.kind == format::event);
  CHECK(got.value.contents.view() == "abc");
  CHECK(input.size == 0);
}

TEST_CASE("a message above the bound is removed from the writer and refused by the reader") {
  byte_writer out;
  out.raw("before");
  const auto begin = begin_message(out, format::event);
  out.raw("abc");
  CHECK_FALSE(end_message(out, begin, header_bytes + 2));
  CHECK(out.view() == "before");
  auto input = message_of("abc");
  CHECK(take_message(input, expected, header_bytes + 2).why == wire_error::oversized);
  CHECK(input.size == 0);
  input = message_of("abc");
  CHECK(take_message(input, expected, header_bytes + 3));
}

TEST_CASE("a header that is cut is truncated, and another format is foreign at its first byte") {
  for (std::size_t size = 0; size < header_bytes; ++size) {
    auto input = message_of("abc");
    input.size = static_cast<std::uint32_t>(size);
    CHECK(take_message(input, expected, 1'000).why == wire_error::truncated);
    input = message_of("abc", format::command);
    input.size = static_cast<std::uint32_t>(size);
    const auto why = size == 0 ? wire_error::truncated : wire_error::foreign;
    CHECK(take_message(input, expected, 1'000).why == why);
  }
}

TEST_CASE("one whole message of a format that a newer version added is future") {
  const auto why = [](std::string_view bytes) {
    auto input = slice::of(bytes_ptr::copy(bytes));
    const auto out = take_message(input, expected, 1'000).why;
    CHECK(input.size == 0);
    return out;
  };
  const std::string unknown("\x8f\x01\x03\0\0\0abc", 9);
  CHECK(why(unknown) == wire_error::future);
  CHECK(why(unknown + "x") == wire_error::foreign);
  CHECK(why(unknown.substr(0, 8)) == wire_error::foreign);
  CHECK(why(unknown.substr(0, 5)) == wire_error::foreign);
  CHECK(why("{\"a\":1234}") == wire_error::foreign);
  CHECK(why(std::string("\xc2\x01\x03\0\0\0abc", 9)) == wire_error::foreign);
  CHECK(why(std::string("\x8f\0\x03\0\0\0abc", 9)) == wire_error::foreign);
}

}  // namespace
}  // namespace roost::cluster::wire
