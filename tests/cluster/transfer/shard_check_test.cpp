// SPDX-License-Identifier: Apache-2.0
#include "cluster/transfer/shard_check.hpp"

#include <optional>
#include <string>
#include <vector>

#include "tests/cluster/transfer/store_maker.hpp"

using namespace roost;
using namespace roost::tests;
using cluster::finding_list;
using cluster::log_entry;
using cluster::room_snapshot;
using cluster::sequence;
using cluster::shard_id;
namespace entries = cluster::log_entries;

namespace {

const cluster::store_identity one_shard{1, 1, {5, 6}};
constexpr cluster::log_id the_log{1, 7};

slice stored_form(const auto& message) { return slice::of(bytes_ptr::copy(wire_form(message))); }

log_entry entry_of(std::uint64_t ownership, std::uint64_t number, decltype(log_entry::body) body) {
  return {the_log, node_id{3}, ownership, number, std::move(body)};
}
cluster::log_record event_of(const std::string& room, std::uint64_t at,
                             std::uint64_t ownership = 10) {
  cluster::log_record out;
  out.topic = topic{room};
  out.of = {ownership, 0, "e"};
  out.at = offset{at};
  out.time_ms = 1'000 + static_cast<std::int64_t>(at);
  out.body = cluster::records::ordered{"msg", {}, "", "", false, false, true, {}};
  return out;
}
room_snapshot snapshot_of(const std::string& room, std::uint64_t covered, std::uint64_t head,
                          std::uint64_t ownership = 10) {
  room_snapshot out;
  out.topic = topic{room};
  out.log = the_log;
  out.covered = sequence{covered};
  out.head = offset{head};
  out.epochs = {{{ownership, 0, "e"}, offset{1}}};
  return out;
}

/// A shard that can be damaged before it is checked.
struct made_shard {
  std::vector<room_snapshot> snapshots;
  std::vector<std::optional<log_entry>> log;  // none: the message cannot be read
  std::uint64_t first = 1;
  std::optional<std::uint64_t> barrier;
  std::optional<std::uint64_t> missing;  // sequence
  cluster::shard_totals totals;

  std::vector<std::string> check() {
    finding_list found;
    cluster::shard_check checker(one_shard, shard_id{0}, sequence{first},
                                 sequence{first + log.size() - 1}, found);
    checker.take_snapshot(cluster::identity_key, stored_form(one_shard), true);
    if (barrier) {
      checker.take_snapshot("$", stored_form(cluster::shard_barrier{*barrier}), true);
    }
    for (const auto& each : snapshots) {
      checker.take_snapshot(cluster::snapshot_key(each.topic), stored_form(each), true);
    }
    for (std::size_t i = 0; i < log.size(); ++i) {
      if (missing == first + i) continue;
      const auto data = log[i] ? stored_form(*log[i]) : slice::of(bytes_ptr::copy("damaged"));
      checker.take_log_message(sequence{first + i}, data, log[i].has_value());
    }
    checker.end();
    totals = checker.totals();
    std::vector<std::string> out;
    for (const auto& each : found.all()) {
      CHECK(each.shard == shard_id{0});
      out.push_back(std::to_string(each.at.value) + "|" + each.snapshot + "|" + each.room + "|" +
                    each.text);
    }
    return out;
  }
};

/// Two ownerships; room a has three events, one of them in its snapshot, and room b has one.
made_shard sound() {
  made_shard out;
  out.log = {entry_of(10, 1, entries::marker{"e"}),
             entry_of(10, 2, entries::batch{{event_of("a", 1), event_of("b", 1)}}),
             entry_of(10, 3, entries::batch{{event_of("a", 2)}}),
             entry_of(20, 1, entries::marker{"f"}),
             entry_of(20, 2, entries::batch{{event_of("a", 3, 20)}})};
  out.snapshots = {snapshot_of("a", 2, 1)};
  out.barrier = 20;
  return out;
}

using found_texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a sound shard has no finding, and is counted") {
  auto it = sound();
  CHECK(it.check() == found_texts{});
  CHECK(it.totals.rooms == 2);
  CHECK(it.totals.records == 4);
  CHECK(it.totals.snapshots == 2);
  CHECK(it.totals.oldest_ms == 1'001);
  CHECK(it.totals.log_bytes > 100);
}

TEST_CASE("a damaged message is one finding, also if rooms have records in it") {
  auto it = sound();
  it.log[2].reset();
  CHECK(it.check() == found_texts{"3|||the message is damaged: its checksum is wrong"});
}

TEST_CASE("a missing message is found") {
  auto it = sound();
  it.missing = 3;
  CHECK(it.check() == found_texts{"4|||message 3 before it is missing"});
  it.missing = 5;
  CHECK(it.check() == found_texts{"0|||messages 5 to 5 of its log are missing"});
}

TEST_CASE("an ownership that does not rise is found") {
  auto it = sound();
  it.log[3] = entry_of(9, 1, entries::marker{"f"});
  CHECK(it.check().front() == "4|||its ownership is lower than the one before");
  it.log[3] = entry_of(10, 4, entries::marker{"f"});
  CHECK(it.check().front() == "4|||its marker begins no new ownership");
  it.log[3] = entry_of(20, 1, entries::batch{});
  CHECK(it.check().front() == "4|||a new ownership begins without a marker");
  it = sound();
  it.log[4]->number = 5;
  CHECK(it.check().front() == "5|||it does not follow the message before it");
  it = sound();
  it.log[0] = entry_of(10, 1, entries::batch{});
  CHECK(it.check().front() == "1|||the log does not begin with a marker");
  it = sound();
  it.log[0] = entry_of(10, 1, entries::epochs{{{5, "e"}, {4, "f"}}});
  it.first = 3;
  it.snapshots = {snapshot_of("a", 4, 1)};
  CHECK(it.check().front() == "3|||the ownerships that it names do not rise");
}

TEST_CASE("a snapshot that covers more than the log holds is found, if the log lost its end") {
  auto it = sound();
  it.snapshots = {snapshot_of("a", 9, 3)};
  CHECK(it.check() == found_texts{"0|a|a|it covers the log up to 9, but the log ends at 5"});
}

TEST_CASE("a truncated log is sound if snapshots cover what it lost") {
  auto it = sound();
  it.log.erase(it.log.begin(), it.log.begin() + 2);
  it.first = 3;
  it.snapshots = {snapshot_of("a", 2, 1), snapshot_of("b", 2, 1)};
  CHECK(it.check() == found_texts{});
  it.snapshots = {snapshot_of("b", 2, 1)};
  CHECK(it.check() == found_texts{"3||a|the record has offset 2, but the room's next is 1, and it "
                                  "has no snapshot"});
}

TEST_CASE("records that a snapshot does not lead to are found") {
  auto it = sound();
  it.snapshots = {snapshot_of("a", 3, 1)};
  CHECK(it.check() == found_texts{"5||a|the record has offset 3, but the room's next is 2"});
}

TEST_CASE("a barrier, snapshot or record of an ownership that the log does not name is found") {
  auto it = sound();
  it.barrier = 21;
  CHECK(it.check() == found_texts{"0|$||it is of an ownership that the log does not name"});
  it = sound();
  it.snapshots = {snapshot_of("c", 2, 1, 21)};
  CHECK(it.check().back() == "0|c|c|it is of an ownership that the log does not name");
  it = sound();
  it.log[4] = entry_of(20, 2, entries::batch{{event_of("a", 3, 21)}});
  CHECK(it.check().front() == "5||a|the record's epoch is of a later ownership");
  it.log[4] = entry_of(20, 2, entries::batch{{event_of("a", 3, 9)}});
  CHECK(it.check().front() == "5||a|the record's epoch is older than the room's");
}

TEST_CASE("a snapshot that is wrong in itself is found") {
  auto it = sound();
  it.snapshots[0].epochs.push_back(it.snapshots[0].epochs[0]);
  CHECK(it.check() == found_texts{"0|a|a|its epochs do not rise"});
  it = sound();
  it.snapshots[0].history.push_back({offset{3}, {}});
  it.snapshots[0].history.back().body.name = "msg";
  CHECK(it.check() == found_texts{"0|a|a|its history has a gap before event 3"});
}

TEST_CASE("a snapshot under the key of another room, and a damaged one, are found") {
  finding_list found;
  cluster::shard_check checker(one_shard, shard_id{0}, sequence{1}, sequence{0}, found);
  checker.take_snapshot("x", stored_form(snapshot_of("a", 0, 0)), true);
  checker.take_snapshot("y", slice::of(bytes_ptr::copy("?")), true);
  checker.take_snapshot("z", slice::of(bytes_ptr::copy("?")), false);
  REQUIRE(found.all().size() == 3);
  CHECK(found.all()[0].text == "it is of another room");
  CHECK(found.all()[1].text == "the message cannot be read: it is foreign");
  CHECK(found.all()[2].text == "the message is damaged: its checksum is wrong");
}

TEST_CASE("a log that was emptied is found") {
  finding_list found;
  cluster::shard_check checker(one_shard, shard_id{0}, sequence{8}, sequence{7}, found);
  checker.end();
  REQUIRE(found.all().size() == 1);
  CHECK(found.all()[0].text == "its log is empty, but had 7 messages");
}

TEST_CASE("findings above the bound are counted") {
  finding_list found;
  for (int i = 0; i < 130; ++i) found.add({{}, {}, {}, {}, "?"});
  CHECK(found.all().size() == 100);
  CHECK(found.more() == 30);
  CHECK(found.count() == 130);
}
