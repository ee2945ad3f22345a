// SPDX-License-Identifier: Apache-2.0
// Random commands from edges that lose and repeat messages, with crashes and new owners: the room
// that a new owner loads and the one that it replaces must give the same answers.
#include "tests/actors/room/random_owners.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

/// The first seed that shows the loss; 0: none.
unsigned seed_that_finds(const loss& lost, unsigned seeds) {
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    if (random_owners(seed, lost).play()) return seed;
  }
  return 0;
}

}  // namespace

TEST_CASE("a new owner answers like the one before it after random commands and crashes") {
  std::size_t compared = 0;
  for (unsigned seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    random_owners run(seed, {});
    const auto broken = run.play();
    INFO(broken.value_or(""));
    REQUIRE_FALSE(broken);
    compared += run.compared();
  }
  CHECK(compared > 50'000);
}

TEST_CASE("each part of a stored room that a new owner lacks is missed within 50 seeds") {
  const std::vector<std::pair<const char*, loss>> losses = {
      {"numbers",
       [](stored_room& of, new_epoch&) {
         if (of.snapshot) of.snapshot->edges.clear();
         for (auto& each : of.records) each.command = {};
       }},
      {"answers of the snapshot",
       [](stored_room& of, new_epoch&) {
         if (!of.snapshot) return;
         for (auto& each : of.snapshot->edges) each.answers.clear();
       }},
      {"answers of the records",
       [](stored_room& of, new_epoch&) {
         for (auto& each : of.records) each.answers.clear();
       }},
      {"keys of the snapshot",
       [](stored_room& of, new_epoch&) {
         if (of.snapshot) of.snapshot->keys.clear();
       }},
      {"keys of the records",
       [](stored_room& of, new_epoch&) {
         for (auto& each : of.records) {
           auto* made = std::get_if<cluster::records::ordered>(&each.body);
           if (made) made->idempotency_key.clear();
         }
       }},
      {"receipts of the snapshot",
       [](stored_room& of, new_epoch&) {
         if (of.snapshot) of.snapshot->receipts.clear();
       }},
      {"receipts of the records",
       [](stored_room& of, new_epoch&) {
         for (auto& each : of.records) {
           auto* made = std::get_if<cluster::records::receipts>(&each.body);
           if (made) made->marks.clear();
         }
       }},
      {"epochs",
       [](stored_room& of, new_epoch&) {
         if (of.snapshot)
           of.snapshot->epochs.erase(of.snapshot->epochs.begin(), of.snapshot->epochs.end() - 1);
       }},
      {"epochs of the shard", [](stored_room& of, new_epoch&) { of.of_shard.clear(); }},
      {"a new name of the epoch", [](stored_room&, new_epoch& next) { next.text = "o1"; }},
      {"history",
       [](stored_room& of, new_epoch&) {
         if (of.snapshot) of.snapshot->history.clear();
       }},
  };
  for (const auto& [name, lost] : losses) {
    const auto seed = seed_that_finds(lost, 50);
    INFO(name);
    CHECK(seed != 0);
  }
}
