// SPDX-License-Identifier: Apache-2.0
#include "cluster/wire/byte_writer.hpp"

#include <limits>
#include <string>

#include "tests/fixtures/catch.hpp"

namespace roost::cluster::wire {
namespace {

std::string varint_of(std::uint64_t value) {
  byte_writer out;
  out.varint(value);
  return std::string{out.view()};
}

TEST_CASE("a varint has seven bits in a byte, the low ones first") {
  CHECK(varint_of(0) == std::string(1, '\0'));
  CHECK(varint_of(127) == "\x7f");
  CHECK(varint_of(128) == "\x80\x01");
  CHECK(varint_of(300) == "\xac\x02");
  CHECK(varint_of(16'383) == "\xff\x7f");
  CHECK(varint_of(16'384) == "\x80\x80\x01");
  CHECK(varint_of(std::numeric_limits<std::uint64_t>::max()) == std::string(9, '\xff') + "\x01");
}

TEST_CASE("a fixed number is little endian and can be overwritten") {
  byte_writer out;
  out.fixed(std::uint32_t{0x04030201});
  out.fixed(std::uint64_t{0x0807060504030201});
  CHECK(out.view() == "\x01\x02\x03\x04\x01\x02\x03\x04\x05\x06\x07\x08");
  out.overwrite(4, 0x0d0c0b0a);
  CHECK(out.view() == "\x01\x02\x03\x04\x0a\x0b\x0c\x0d\x05\x06\x07\x08");
}

TEST_CASE("the writer grows, gives its bytes away once and can be used again") {
  byte_writer out;
  CHECK(out.take().size == 0);
  std::string expected;
  for (int i = 0; i < 2'000; ++i) {
    out.byte(static_cast<std::uint8_t>(i));
    expected += static_cast<char>(i);
  }
  out.raw(std::string(10'000, 'x'));
  out.raw({});
  expected += std::string(10'000, 'x');
  const auto taken = out.take();
  CHECK(taken.view() == expected);
  CHECK(taken.whole->size() == expected.size());
  CHECK(out.size() == 0);
  out.raw("again");
  CHECK(out.take().view() == "again");
}

TEST_CASE("a cut removes the end") {
  byte_writer out;
  out.raw("kept, dropped");
  out.cut(4);
  out.raw("!");
  CHECK(out.view() == "kept!");
}

}  // namespace
}  // namespace roost::cluster::wire
