// SPDX-License-Identifier: Apache-2.0
#include "config/base/compact_text.hpp"

#include <string>
#include <utility>

#include "tests/fixtures/catch.hpp"

namespace roost {
namespace {

std::string text_of(std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<char>(i * 37));
  return out;
}

TEST_CASE("a compact text has half the size of a string") {
  STATIC_REQUIRE(2 * sizeof(compact_text) <= sizeof(std::string));
}

TEST_CASE("a compact text gives back texts of every size, also with zeros in them") {
  for (std::size_t size = 0; size < 300; ++size) {
    const auto text = text_of(size);
    CHECK(compact_text(text).view() == text);
  }
  CHECK(compact_text().view().empty());
}

TEST_CASE("a copy of a compact text outlives it") {
  for (const std::size_t size : {3U, 15U, 16U, 255U}) {
    const auto text = text_of(size);
    compact_text copy;
    {
      const compact_text first(text);
      copy = first;
    }
    CHECK(copy.view() == text);
  }
}

TEST_CASE("a compact text that was moved from is empty") {
  for (const std::size_t size : {3U, 15U, 16U, 255U}) {
    const auto text = text_of(size);
    compact_text first(text);
    compact_text second(std::move(first));
    CHECK(second.view() == text);
    CHECK(first.view().empty());  // NOLINT(bugprone-use-after-move): that is tested
    first = std::move(second);
    CHECK(first.view() == text);
    auto& same = first;
    first = same;
    CHECK(first.view() == text);
  }
}

}  // namespace
}  // namespace roost
