// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/log_history.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

namespace {

log_entry numbered(std::uint64_t ownership, std::uint64_t number) {
  return {{1, 1}, node_id{7}, ownership, number, log_entries::batch{}};
}

log_entry marker_of(std::uint64_t ownership) {
  return {{1, 1}, node_id{7}, ownership, 1, log_entries::marker{std::to_string(ownership)}};
}

}  // namespace

TEST_CASE("a message that stands where it was added is known, and any other is not") {
  log_history history;
  history.add(sequence{10}, numbered(3, 4));
  history.add(sequence{11}, numbered(3, 5));
  history.add(sequence{12}, marker_of(8));
  history.add(sequence{13}, numbered(8, 2));
  CHECK(history.knows(sequence{11}, numbered(3, 5)));
  CHECK(history.knows(sequence{13}, numbered(8, 2)));
  CHECK_FALSE(history.knows(sequence{13}, numbered(8, 3)));
  CHECK_FALSE(history.knows(sequence{12}, numbered(3, 6)));
  CHECK_FALSE(history.knows(sequence{9}, numbered(3, 3)));
}

TEST_CASE("the log names its ownerships by markers and by the epochs of a truncated log") {
  log_history history;
  log_entry epochs = numbered(5, 2);
  epochs.body = log_entries::epochs{{{2, "two"}, {5, "five"}}};
  history.add(sequence{1}, epochs);
  history.add(sequence{2}, marker_of(6));
  REQUIRE(history.epochs().size() == 3);
  CHECK(history.epochs()[0].text == "two");
  CHECK(history.epochs()[2].ownership == 6);
}

TEST_CASE("the names of the newest 256 ownerships are kept") {
  log_history history;
  for (std::uint64_t i = 1; i <= 300; ++i) history.add(sequence{i}, marker_of(i));
  REQUIRE(history.epochs().size() == 256);
  CHECK(history.epochs().front().ownership == 45);
  CHECK(history.epochs().back().ownership == 300);
}
