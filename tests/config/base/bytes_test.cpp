// SPDX-License-Identifier: Apache-2.0
#include "config/base/bytes.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;

TEST_CASE("copied bytes hold the text even if it is empty") {
  CHECK(bytes_ptr::copy("hello")->view() == "hello");
  CHECK(bytes_ptr::copy("")->size() == 0);
}

TEST_CASE("copies of a pointer to bytes share the bytes until the last copy is gone") {
  auto first = bytes_ptr::copy("kept");
  auto second = first;
  CHECK(second.get() == first.get());
  first = {};
  CHECK_FALSE(first);
  CHECK(second->view() == "kept");
}

TEST_CASE("new bytes can be shrunk to the part that was used") {
  auto made = bytes_ptr::make(8);
  std::memcpy(made->data(), "abcdefgh", 8);
  made->shrink(3);
  CHECK(made->view() == "abc");
}

TEST_CASE("bytes carry a mark and a tail that their view does not include") {
  auto made = bytes_ptr::make(4, 7, "tail");
  std::memcpy(made->data(), "abcd", 4);
  CHECK(made->view() == "abcd");
  CHECK(slice::of(made).view() == "abcd");
  CHECK(made->mark() == 7);
  CHECK(made->tail() == "tail");
  made->shrink(1);
  CHECK(made->view() == "a");
  CHECK(made->tail() == "tail");

  const auto plain = bytes_ptr::copy("abcd");
  CHECK(plain->mark() == 0);
  CHECK(plain->tail().empty());
}

TEST_CASE("a slice shows its part and keeps the whole alive") {
  auto whole = bytes_ptr::copy("room:42");
  slice part{whole, 5, 2};
  whole = {};
  CHECK(part.view() == "42");
  CHECK(slice{}.view().empty());
  CHECK(slice::of(bytes_ptr::copy("all")).view() == "all");
}
