// SPDX-License-Identifier: Apache-2.0
// Storing snapshots in parts, one step at a time. The exploration interrupts every step.
#include <string>

#include "tests/cluster/log/parts_fixture.hpp"

using namespace roost;
using namespace roost::cluster;

TEST_CASE("a snapshot above the size of a message is stored in parts before the room's message") {
  parts_fixture owner;
  owner.push("a", 1);
  owner.run();
  owner.capture("a");
  owner.run_to<log_requests::put_part>();
  std::size_t parts = 0;
  for (; std::holds_alternative<log_requests::put_part>(owner.requests.at(0).body); ++parts) {
    CHECK_FALSE(owner.store->newest("a"));
    CHECK(owner.requests.size() == 1);
    const auto sent = owner.answer_last<log_requests::put_part>();
    CHECK(sent.index == parts);
    CHECK(sent.part.size <= part_bytes);
    CHECK(sent.names == part_names{owner.log.ownership(), 1});
  }
  CHECK(parts > 1);
  const auto commit = owner.answer_last<log_requests::put_parted>();
  CHECK(commit.expected == sequence{});
  CHECK(commit.message.parts.sizes.size() == parts);
  CHECK(commit.message.parts.first == sequence{2});  // 1 is the barrier
  CHECK(owner.store->parts() == parts);
  CHECK(owner.answer_last<log_requests::remove_parts>().first_kept == sequence{2});
  CHECK(owner.take<shard_effects::stored_snapshot>());
  CHECK(owner.covered() == sequence{2});
  CHECK(load_by_other(owner.store)->snapshot->head == offset{1});
}

TEST_CASE("after its commit a snapshot in parts removes the parts of the older ones") {
  parts_fixture owner;
  owner.store_push(1);
  const auto before = owner.store->parts();
  owner.store_push(2);
  CHECK(owner.store->parts() >= before);
  CHECK(owner.store->parts() < 2 * before);
  CHECK(owner.covered() == sequence{3});
}

TEST_CASE("a snapshot that fits into one message again removes all parts") {
  parts_fixture owner;
  owner.store_push(1);
  owner.store->set_snapshot_bytes_max(0);
  owner.store_push(2);
  CHECK(owner.store->parts() == 0);
  owner.push("a", 3);
  owner.run();
  owner.capture("a");
  owner.run_to<log_requests::put_snapshot>();
  owner.answer_last<log_requests::put_snapshot>();
  CHECK(owner.requests.empty());  // there is nothing left to remove
}

TEST_CASE("where the store may lose the newest snapshot the parts of the replaced one stay") {
  parts_fixture owner(std::make_shared<model::store>(2), 1, slow_sync());
  owner.advance(501);
  owner.store_push(1);
  owner.store->sync_snapshots();
  owner.store->sync_log();
  owner.advance(501);
  owner.store_push(2);
  owner.store->cut_power();
  REQUIRE(owner.store->newest("a"));
  CHECK(owner.store->newest("a")->head == offset{1});
}

TEST_CASE("the parts of the replaced snapshot stay until the next one is stored") {
  parts_fixture owner(std::make_shared<model::store>(2), 1, slow_sync());
  owner.advance(501);
  owner.store_push(1);
  const auto one = owner.store->parts();
  owner.store->set_snapshot_bytes_max(0);
  owner.advance(501);
  owner.store_push(2);
  CHECK(owner.store->parts() == one);
  owner.advance(501);
  owner.store_push(3);
  CHECK(owner.store->parts() == 0);
}

TEST_CASE("a part without a clear answer is written again under its name") {
  const auto outcome =
      GENERATE(write_outcome::full, write_outcome::refused, write_outcome::unknown);
  const bool is_executed = GENERATE(false, true);
  parts_fixture owner;
  owner.push("a", 1);
  owner.run();
  owner.capture("a");
  owner.run_to<log_requests::put_part>();
  owner.answer_last<log_requests::put_part>();
  const auto failed = owner.answer_last<log_requests::put_part>(
      write_result{outcome, {}, "failed"}, outcome == write_outcome::unknown && is_executed);
  owner.advance(100);
  owner.poll();
  const auto again = owner.next<log_requests::put_part>();
  CHECK(again.index == failed.index);
  CHECK(again.names == failed.names);
  owner.run();
  CHECK(owner.take<shard_effects::stored_snapshot>());
  CHECK(owner.covered() == sequence{2});
}

TEST_CASE("a room's message that the store refuses is written again without its parts") {
  parts_fixture owner;
  owner.push("a", 1);
  owner.run();
  owner.capture("a");
  owner.run_to<log_requests::put_parted>();
  const auto refused = write_result{write_outcome::full, {}, "no space"};
  owner.answer_last<log_requests::put_parted>(refused, false);
  owner.advance(100);
  owner.poll();
  CHECK(owner.requests.size() == 1);
  owner.answer_last<log_requests::put_parted>();
  CHECK(owner.take<shard_effects::stored_snapshot>());
}

TEST_CASE("a room's message without an answer is looked up") {
  const bool is_executed = GENERATE(false, true);
  parts_fixture owner;
  owner.push("a", 1);
  owner.run();
  owner.capture("a");
  owner.run_to<log_requests::put_parted>();
  owner.answer_last<log_requests::put_parted>(unknown_outcome(), is_executed);
  owner.run();
  CHECK(owner.take<shard_effects::stored_snapshot>());
  CHECK(owner.covered() == sequence{2});
}

TEST_CASE("after a conflict the parts are written again under new names") {
  parts_fixture owner;
  owner.store_push(1);
  owner.push("a", 2);
  owner.run();
  owner.capture("a");
  owner.run_to<log_requests::put_parted>();
  const auto commit = owner.next<log_requests::put_parted>();
  // Another snapshot that covers less comes first, and its owner removes older parts.
  auto other = *owner.store->newest("a");
  owner.store->set_snapshot_bytes_max(0);
  owner.store->execute(
      {0, log_requests::put_snapshot{commit.expected, std::make_shared<room_snapshot>(other)}}, 0);
  owner.store->execute({0, log_requests::remove_parts{topic{"a"}, sequence{1'000}}}, 0);
  owner.store->set_snapshot_bytes_max(part_bytes);
  owner.answer_last<log_requests::put_parted>();
  owner.run_to<log_requests::put_part>();
  CHECK(owner.next<log_requests::put_part>().index == 0);
  CHECK_FALSE(owner.next<log_requests::put_part>().names == commit.message.parts.names);
  owner.run();
  CHECK(owner.take<shard_effects::stored_snapshot>());
  CHECK(owner.covered() == sequence{3});
}

TEST_CASE("an owner that dies between two steps leaves the older snapshot readable") {
  const int steps = GENERATE(range(0, 12));
  const auto shared = std::make_shared<model::store>(1);
  {
    parts_fixture owner(shared);
    owner.store_push(1);
    owner.push("a", 2);
    owner.run();
    owner.capture("a");
    owner.poll();
    for (int i = 0; i < steps && !owner.requests.empty(); ++i) {
      auto request = std::move(owner.requests.at(0));
      owner.requests.erase(owner.requests.begin());
      owner.log.answer(request.id, shared->execute(request, 0), owner.now);
      owner.poll();
    }
  }
  REQUIRE(shared->newest("a"));
  const auto loaded = load_by_other(shared);
  REQUIRE(loaded);
  CHECK(loaded->snapshot->head.value + loaded->records.size() == 2);
}

TEST_CASE("parts that are stored before the connection breaks are written again") {
  parts_fixture owner;
  owner.push("a", 1);
  owner.run();
  owner.capture("a");
  owner.run_to<log_requests::put_part>();
  owner.answer_last<log_requests::put_part>();
  const auto names = owner
                         .answer_last<log_requests::put_part>(
                             write_result{write_outcome::refused, {}, "not now"}, false)
                         .names;
  owner.log.suspend();
  owner.store->execute({0, log_requests::remove_parts{topic{"a"}, sequence{1'000}}}, 0);
  owner.log.look(owner.now);
  owner.run_to<log_requests::put_part>();
  CHECK(owner.next<log_requests::put_part>().index == 0);
  CHECK_FALSE(owner.next<log_requests::put_part>().names == names);
  owner.run();
  CHECK(owner.take<shard_effects::stored_snapshot>());
  CHECK(owner.covered() == sequence{2});
}

TEST_CASE("a snapshot that is too large is told and captured again ten seconds later") {
  const std::size_t bytes = GENERATE(snapshot_parts_max + 1, 0);
  parts_fixture owner;
  owner.push("a", 1);
  owner.run();
  owner.capture("a");
  owner.poll();
  const log_answers::too_large huge{slice::of(bytes_ptr::copy(std::string(bytes, 'x'))), 1};
  owner.answer_last<log_requests::put_snapshot>(huge, false);
  CHECK(owner.take<shard_effects::too_large>());
  owner.advance(9'999);
  owner.run();
  CHECK_FALSE(owner.take<shard_effects::stored_snapshot>());
  CHECK(owner.requests.empty());
  owner.advance(1);
  owner.run();
  owner.capture("a");
  owner.run();
  CHECK(owner.take<shard_effects::stored_snapshot>());
  CHECK(owner.store->newest("a")->head == offset{1});
}

TEST_CASE("snapshots in parts wait for the memory that others take, also when they are read") {
  auto limits = shard_log_fixture::prompt_limits();
  limits.parts_bytes_max = 1;
  const auto shared = std::make_shared<model::store>(1);
  parts_fixture owner(shared, 1, limits);
  owner.push("a", 1);
  owner.run();
  const auto first = owner.room;
  owner.load("b");
  owner.push("b", 1);
  owner.run();
  owner.capture("b");
  owner.log.captured(topic{"a"}, 1, first.capture(topic{"a"}), owner.now);
  owner.poll();
  owner.answer_last<log_requests::put_snapshot>();
  owner.answer_last<log_requests::put_snapshot>();
  REQUIRE(owner.requests.size() == 1);
  CHECK(owner.next<log_requests::put_part>().topic == topic{"b"});
  owner.run();
  CHECK(owner.take<shard_effects::stored_snapshot>());
  CHECK(owner.take<shard_effects::stored_snapshot>());
  shard_log_fixture other(shared, 9, limits);
  other.serve(9'000'000);
  other.log.load(topic{"a"});
  other.log.load(topic{"b"});
  other.poll();
  other.answer_last<log_requests::get>();
  other.answer_last<log_requests::get>();
  REQUIRE(other.requests.size() == 1);
  CHECK(std::holds_alternative<log_requests::get_parts>(other.requests.at(0).body));
  other.run();
  CHECK(other.take<shard_effects::loaded>());
  CHECK(other.take<shard_effects::loaded>());
}

TEST_CASE("a room that waits for its snapshot stores it again if it was too large") {
  parts_fixture owner;
  owner.log.load(topic{"b"}, true);
  owner.run();
  owner.capture("b");
  owner.poll();
  owner.answer_last<log_requests::put_snapshot>(log_answers::too_large{{}, 1}, false);
  owner.advance(10'000);
  owner.run();
  CHECK(owner.take<shard_effects::stored_snapshot>());
}
