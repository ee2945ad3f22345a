// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/log_index.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

namespace {

log_entries::batch indexed_batch(const std::vector<std::string>& topics) {
  log_entries::batch out;
  for (const auto& name : topics) {
    out.records.emplace_back().topic = topic{name};
  }
  return out;
}

}  // namespace

TEST_CASE("an index gives the records of a room by message, once") {
  log_index index(1000);
  index.add(sequence{4}, {1, 1}, indexed_batch({"a", "b", "a"}), 100);
  index.add(sequence{5}, {1, 1}, indexed_batch({"a"}), 100);
  const auto entries = index.take(topic{"a"});
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].at == sequence{4});
  CHECK(entries[0].records->size() == 2);
  CHECK(entries[1].records->size() == 1);
  CHECK(index.take(topic{"a"}).empty());
  CHECK(index.take(topic{"b"}).size() == 1);
}

TEST_CASE("above its bound an index holds only the sequences of the messages") {
  log_index index(150);
  index.add(sequence{4}, {1, 1}, indexed_batch({"a"}), 100);
  index.add(sequence{5}, {1, 1}, indexed_batch({"a", "a"}), 100);
  const auto entries = index.take(topic{"a"});
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].records.has_value());
  CHECK(entries[1].at == sequence{5});
  CHECK_FALSE(entries[1].records.has_value());
  CHECK(index.bytes() == 100);
}
