// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/checkpoint.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

namespace {

struct checkpoint_fixture {
  explicit checkpoint_fixture(std::int64_t truncate_delay_ms = 0)
      : limits(limits_of(truncate_delay_ms)), rooms(limits) {}
  static shard_log_limits limits_of(std::int64_t truncate_delay_ms) {
    shard_log_limits out;
    out.log_age_ms = 1000;
    out.log_messages_max = 100;
    out.log_bytes_max = 1'000'000;
    out.captures_max = 2;
    out.truncate_delay_ms = truncate_delay_ms;
    return out;
  }
  /// The names of the rooms that are due.
  std::string due(sequence last = sequence{50}, std::uint64_t message_bytes = 10) {
    std::string out;
    for (const auto& topic : rooms.take_due(now, last, message_bytes)) out += topic->name;
    return out;
  }
  void record(const std::string& name, std::uint64_t at) {
    rooms.recorded(topic{name}, sequence{at}, now);
  }
  void store(const std::string& name, std::uint64_t covered) {
    rooms.expect_records(topic{name}, sequence{covered}, now);
    rooms.stored(topic{name}, sequence{covered}, now, now);
  }

  time_point now{std::chrono::hours(1)};
  shard_log_limits limits;
  checkpoint rooms;
};

}  // namespace

TEST_CASE("a room is stored when its oldest record has the age of the setting") {
  checkpoint_fixture test;
  test.record("a", 10);
  test.now += milliseconds(500);
  test.record("a", 11);
  test.record("b", 12);
  CHECK(test.due().empty());
  test.now += milliseconds(500);
  CHECK(test.due() == "a");
  CHECK(test.due().empty());  // it is under way
  test.store("a", 11);
  CHECK(test.rooms.is_covered(topic{"a"}));
  CHECK_FALSE(test.rooms.is_covered(topic{"b"}));
}

TEST_CASE("the rooms with the oldest records are stored while the log is too long") {
  checkpoint_fixture test;
  for (const auto* name : {"a", "b", "c"}) test.record(name, 10);
  test.record("d", 60);
  CHECK(test.due(sequence{109}).empty());
  CHECK(test.due(sequence{110}) == "ab");  // at most two at a time
  test.store("a", 110);
  CHECK(test.due(sequence{110}) == "c");
  test.store("b", 110);
  CHECK(test.due(sequence{110}).empty());
}

TEST_CASE("the rooms with the oldest records are stored while the log has too many bytes") {
  checkpoint_fixture test;
  test.record("a", 10);
  test.record("b", 30);
  CHECK(test.due(sequence{50}, 20'000).empty());
  CHECK(test.due(sequence{50}, 30'000) == "a");
}

TEST_CASE("a room whose capture failed is due again") {
  checkpoint_fixture test;
  test.record("a", 10);
  test.now += milliseconds(1000);
  CHECK(test.due() == "a");
  test.rooms.failed(topic{"a"});
  CHECK(test.due() == "a");
}

TEST_CASE("the log is kept from the oldest record that no snapshot covers") {
  checkpoint_fixture test;
  CHECK(test.rooms.first_kept(sequence{50}) == sequence{50});  // never above the last message
  test.record("a", 10);
  test.record("b", 20);
  test.record("a", 30);
  CHECK(test.rooms.first_kept(sequence{50}) == sequence{10});
  CHECK(test.rooms.uncovered(sequence{50}) == 41);
  test.store("a", 25);
  CHECK(test.rooms.first_kept(sequence{50}) == sequence{20});
  test.store("b", 25);
  CHECK(test.rooms.first_kept(sequence{50}) == sequence{26});
  CHECK(test.rooms.last_record(topic{"a"}) == sequence{30});
  test.store("a", 30);
  CHECK(test.rooms.first_kept(sequence{50}) == sequence{50});
  CHECK(test.rooms.last_record(topic{"a"}) == sequence{});
}

TEST_CASE("a snapshot counts for truncation only after the delay, and its room waits until then") {
  checkpoint_fixture test(500);
  test.record("a", 10);
  test.store("a", 10);
  test.record("a", 20);
  test.now += milliseconds(499);
  CHECK(test.due(sequence{300}).empty());
  CHECK(test.rooms.first_kept(sequence{300}) == sequence{10});
  test.now += milliseconds(1);
  CHECK(test.due(sequence{300}) == "a");
  CHECK(test.rooms.first_kept(sequence{300}) == sequence{11});
}

TEST_CASE("after a break young snapshots do not count, and no room is stored for the delay") {
  checkpoint_fixture test(500);
  test.record("a", 10);
  test.store("a", 10);
  CHECK(test.rooms.is_covered(topic{"a"}));
  test.now += milliseconds(499);
  test.rooms.distrust_young(test.now);
  CHECK_FALSE(test.rooms.is_covered(topic{"a"}));
  test.now += milliseconds(499);
  CHECK(test.due(sequence{300}).empty());
  CHECK(test.rooms.first_kept(sequence{300}) == sequence{10});
  test.now += milliseconds(1);
  CHECK(test.due(sequence{300}) == "a");
}

TEST_CASE("a snapshot that was found counts once no room is held back") {
  checkpoint_fixture test(500);
  test.rooms.hold(test.now);
  test.record("a", 10);
  test.record("b", 20);
  test.rooms.found(topic{"a"}, sequence{10}, false, test.now);
  CHECK(test.rooms.is_covered(topic{"a"}));
  CHECK(test.rooms.first_kept(sequence{50}) == sequence{10});
  test.now += milliseconds(500);
  CHECK(test.due(sequence{300}) == "b");
  CHECK(test.rooms.first_kept(sequence{300}) == sequence{20});
  test.rooms.found(topic{"b"}, sequence{20}, false, test.now);  // its capture is no longer needed
  CHECK(test.rooms.first_kept(sequence{300}) == sequence{300});
}

TEST_CASE("a young snapshot of this owner counts no earlier because its room is loaded again") {
  checkpoint_fixture test(500);
  test.record("a", 10);
  test.store("a", 10);
  test.now += milliseconds(499);
  test.rooms.found(topic{"a"}, sequence{10}, false, test.now);
  CHECK(test.due().empty());
  CHECK(test.rooms.first_kept(sequence{50}) == sequence{10});
  test.now += milliseconds(1);
  CHECK(test.due().empty());
  CHECK(test.rooms.first_kept(sequence{50}) == sequence{50});
}

TEST_CASE("a former owner's late snapshot counts only after the delay") {
  checkpoint_fixture test(500);
  test.record("a", 10);
  test.rooms.found(topic{"a"}, sequence{10}, true, test.now);
  test.now += milliseconds(499);
  CHECK(test.due().empty());
  CHECK(test.rooms.first_kept(sequence{50}) == sequence{10});
  test.now += milliseconds(1);
  CHECK(test.due().empty());
  CHECK(test.rooms.first_kept(sequence{50}) == sequence{50});
}

TEST_CASE("a room that was stored without records waits for the delay, too") {
  checkpoint_fixture test(500);
  test.store("a", 10);
  test.record("a", 20);
  test.rooms.want(topic{"a"});
  test.now += milliseconds(499);
  CHECK(test.due().empty());
  test.now += milliseconds(1);
  CHECK(test.due() == "a");
}

TEST_CASE("a room that was stored without records keeps nothing of the log after a break") {
  checkpoint_fixture test(500);
  test.store("a", 10);
  CHECK(test.rooms.last_record(topic{"a"}) == sequence{});
  CHECK(test.rooms.first_kept(sequence{50}) == sequence{11});
  test.rooms.distrust_young(test.now);
  CHECK(test.rooms.first_kept(sequence{50}) == sequence{50});
}

TEST_CASE("a room that nobody uses is stored at once, or when its snapshot is no longer young") {
  checkpoint_fixture test(500);
  test.record("a", 10);
  test.rooms.want(topic{"a"});
  CHECK(test.due() == "a");
  test.record("a", 11);
  test.store("a", 10);
  test.rooms.want(topic{"a"});
  CHECK(test.due().empty());
  test.now += milliseconds(500);
  CHECK(test.due() == "a");
}

TEST_CASE("all rooms that are not covered can be wanted at once, oldest first") {
  checkpoint_fixture test;
  test.record("b", 10);
  test.record("a", 11);
  test.record("c", 12);
  test.store("a", 11);
  std::string wanted;
  for (const auto& each : test.rooms.want_all()) wanted += each->name;
  CHECK(wanted == "bc");
  CHECK(test.due() == "bc");
}
