// SPDX-License-Identifier: Apache-2.0
#include "config/base/heap_bytes.hpp"

#include <malloc.h>

#include <memory>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/heap.hpp"

using namespace roost;

TEST_CASE("the estimated heap size of a block is within 16 bytes of what malloc allocates") {
  if (!tests::measures_heap) {
    WARN("skipped: a sanitizer's malloc has sizes of its own");
    return;
  }
  for (std::size_t size = 1; size < 5'000; size += 7) {
    const std::unique_ptr<char[]> piece(new char[size]);
    const auto taken = ::malloc_usable_size(piece.get()) + 8;  // plus malloc's header
    // malloc may return a reused block that is slightly larger than needed.
    CHECK(heap_bytes(size) <= taken);
    CHECK(heap_bytes(size) + 16 >= taken);
  }
}

TEST_CASE("a short string needs no heap and a long string needs heap for its characters") {
  CHECK(heap_bytes(std::string("short")) == 0);
  CHECK(heap_bytes(std::string(100, 'x')) == heap_bytes(std::size_t{101}));
}
