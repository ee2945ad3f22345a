// SPDX-License-Identifier: Apache-2.0
#include "cluster/transfer/export_rules.hpp"

#include <string>

#include "tests/cluster/transfer/store_maker.hpp"

using namespace roost;
using namespace roost::tests;
using cluster::export_part;
using cluster::sequence;
using cluster::shard_id;
namespace parts = cluster::export_parts;

namespace {

slice message_of(const std::string& text) { return slice::of(bytes_ptr::copy(text)); }

const cluster::store_identity two_shards{1, 2, {5, 6}};

parts::store store_part() { return {sequence{9}, sequence{1}, message_of(wire_form(two_shards))}; }
parts::log_message marker_at(std::uint64_t at) {
  return {sequence{at}, message_of(wire_form(cluster::log_entry{
                            {1, 2}, node_id{3}, 4, at, cluster::log_entries::marker{"e"}}))};
}
parts::snapshot barrier() {
  return {"$", sequence{2}, message_of(wire_form(cluster::shard_barrier{4}))};
}
/// The snapshot of the first room of a shard whose name is `room:` and a number.
parts::snapshot room_in(std::uint32_t shard, std::uint64_t at = 3) {
  cluster::room_snapshot room;
  for (int n = 0; room.topic.name.empty(); ++n) {
    const auto name = "room:" + std::to_string(n);
    if (cluster::shard_of(two_shards.key, 2, name) == shard_id{shard}) room.topic = topic{name};
  }
  return {cluster::snapshot_key(room.topic), sequence{at}, message_of(wire_form(room))};
}

/// The problem with the last of these parts. The parts before it have none.
std::string problem_of_last(const std::vector<export_part>& all) {
  cluster::export_rules rules;
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    const auto problem = rules.problem_with(all[i]);
    INFO("part " << i << ": " << problem);
    REQUIRE(problem.empty());
  }
  return rules.problem_with(all.back());
}

const parts::shard first{shard_id{0}, sequence{3}, sequence{4}};
const parts::shard empty_second{shard_id{1}, sequence{1}, sequence{0}};

}  // namespace

TEST_CASE("the parts of a whole store may follow each other") {
  const auto store = store_part();
  CHECK(problem_of_last({store, first, marker_at(3), marker_at(4), barrier(), room_in(0),
                         empty_second, room_in(1, 4), parts::end{2, 3}}) == "");
}

TEST_CASE("a part in the wrong place is refused") {
  const auto store = store_part();
  CHECK(problem_of_last({first}) == "the identity is missing");
  CHECK(problem_of_last({store, store}) == "the store is named twice");
  CHECK(problem_of_last({store, empty_second}) == "shard 1: it is not the next shard");
  CHECK(problem_of_last({store, first, empty_second}) == "shard 0: the log is not complete");
  CHECK(problem_of_last({store, marker_at(1)}) == "shard 0, sequence 1: the log has a gap here");
  CHECK(problem_of_last({store, first, marker_at(4)}) ==
        "shard 0, sequence 4: the log has a gap here");
  CHECK(problem_of_last({store, first, marker_at(3), marker_at(4), marker_at(5)}) ==
        "shard 0, sequence 5: the log has a gap here");
  CHECK(problem_of_last({store, first, barrier()}) == "shard 0, snapshot $: it is not in order");
  CHECK(problem_of_last({store, parts::shard{shard_id{0}, sequence{9}, sequence{4}}}) ==
        "shard 0: the log cannot begin and end there");
  CHECK(problem_of_last({store, first, marker_at(3), marker_at(4), parts::end{2, 0}}) ==
        "it ends before its last shard");
}

TEST_CASE("an end with other totals is refused") {
  const parts::shard empty_first{shard_id{0}, sequence{1}, sequence{0}};
  CHECK(problem_of_last({store_part(), empty_first, empty_second, parts::end{0, 0}}) == "");
  CHECK(problem_of_last({store_part(), empty_first, empty_second, parts::end{0, 1}}) ==
        "its end names other totals");
}

TEST_CASE("a message that cannot be read, or is not of its room or shard, is refused") {
  const auto store = store_part();
  const parts::shard empty_first{shard_id{0}, sequence{1}, sequence{0}};
  auto damaged = marker_at(3);
  damaged.data = message_of(std::string(damaged.data.view().substr(1)));
  CHECK(problem_of_last({store, first, damaged}) ==
        "shard 0, sequence 3: the message cannot be read: it is foreign");
  auto newer = std::string(marker_at(3).data.view());
  newer[1] = 2;
  CHECK(problem_of_last({store, first, parts::log_message{sequence{3}, message_of(newer)}}) ==
        "shard 0, sequence 3: the message is of a newer version of Roost");
  auto renamed = room_in(0);
  renamed.key = "room:other";
  CHECK(problem_of_last({store, empty_first, renamed}) ==
        "shard 0, snapshot room:other: it is of another room");
  CHECK(
      problem_of_last({store, empty_first, room_in(1)}).find("its room belongs to another shard") !=
      std::string::npos);
  CHECK(
      problem_of_last({store, empty_first, room_in(0, 10)}).find("its sequence is not possible") !=
      std::string::npos);
  auto unnamed = store;
  unnamed.identity = {};
  CHECK(problem_of_last({unnamed}) == "identity: the message cannot be read: it is truncated");
}
