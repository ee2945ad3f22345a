// SPDX-License-Identifier: Apache-2.0
#include "cluster/wire/field_reader.hpp"

#include <string>
#include <vector>

#include "cluster/wire/byte_writer.hpp"
#include "cluster/wire/log_fields.hpp"
#include "tests/fixtures/catch.hpp"

namespace roost::cluster::wire {
namespace {

template <class Value>
decoded<Value> read(std::string_view bytes) {
  field_reader reader(slice::of(bytes_ptr::copy(bytes)));
  decoded<Value> out;
  reader(out.value);
  out.why = reader.why();
  return out;
}

std::string varint(std::uint64_t value) {
  byte_writer out;
  out.varint(value);
  return std::string{out.view()};
}

TEST_CASE("a varint that ends too late or has more than 64 bits is malformed") {
  CHECK(read<std::uint64_t>(std::string(9, '\xff') + "\x01").value == ~std::uint64_t{0});
  CHECK_FALSE(read<std::uint64_t>(std::string(9, '\xff') + "\x02"));
  CHECK_FALSE(read<std::uint64_t>(std::string(10, '\xff') + "\x01"));
  CHECK_FALSE(read<std::uint64_t>("\xff"));
  CHECK_FALSE(read<std::uint64_t>(""));
}

TEST_CASE("a number above its type is malformed") {
  CHECK(read<std::uint8_t>(varint(255)).value == 255);
  CHECK_FALSE(read<std::uint8_t>(varint(256)));
  CHECK(read<std::uint32_t>(varint(0xffffffff)).value == 0xffffffff);
  CHECK_FALSE(read<std::uint32_t>(varint(0x100000000)));
}

TEST_CASE("a boolean is 0 or 1") {
  CHECK(read<bool>("\x01").value);
  CHECK(read<bool>(std::string_view("\0", 1)));
  CHECK_FALSE(read<bool>("\x02"));
}

TEST_CASE("an enumerator out of its range is malformed and not stored") {
  const auto cursor = read<side_state_cursor>(std::string_view("\x03\x01\x02\x03", 4));
  REQUIRE(cursor);
  CHECK(cursor.value.is_end());
  const auto beyond = read<side_state_cursor>(std::string_view("\x04\x01\x02\x03", 4));
  CHECK(beyond.why == wire_error::malformed);
  CHECK(beyond.value.at == side_state_cursor::stage::start);
}

TEST_CASE("a payload is JSON, bytes, or a JSON object") {
  CHECK_FALSE(read<payload>(std::string_view("\0\x01[", 3)).value.is_object);
  CHECK(read<payload>("\x01\x01x").value.is_binary());
  CHECK(read<payload>("\x02\x02{}").value.is_object);
  CHECK_FALSE(read<payload>("\x03\x02{}"));
}

TEST_CASE("a claimed length allocates nothing before its bytes are there") {
  const auto huge = varint(~std::uint64_t{0} >> 1U);
  CHECK(read<std::string>(huge + "abc").value.capacity() < 100);
  CHECK_FALSE(read<std::string>(huge + "abc"));
  const auto marks = read<std::vector<records::receipts::mark>>(huge + varint(0) + varint(0));
  CHECK(marks.why == wire_error::malformed);
  CHECK(marks.value.capacity() < 10);
}

TEST_CASE("after an error nothing more is read and the first reason stays") {
  field_reader reader(slice::of(bytes_ptr::copy("\x02\x01\x01")));
  bool is_first = false;
  bool is_second = false;
  reader(is_first, is_second);
  CHECK(reader.why() == wire_error::malformed);
  CHECK_FALSE(is_second);
  CHECK(reader.rest().empty());
}

}  // namespace
}  // namespace roost::cluster::wire
