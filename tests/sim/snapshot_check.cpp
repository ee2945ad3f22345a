// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/snapshot_check.hpp"

#include <algorithm>
#include <utility>

#include "actors/rules/rule_match.hpp"
#include "cluster/log/snapshot_key.hpp"
#include "tests/fixtures/parted_room.hpp"

namespace roost::sim {

void snapshot_check::received(const std::string& topic, const promises::position& at,
                              time_point sent_at, time_point now) {
  auto& of = rooms_[topic][at.epoch];
  const auto is_it = [&](const known_event& each) { return each.at == at.at; };
  if (std::ranges::any_of(of.events, is_it)) return;
  of.events.push_back({at.at, sent_at, now});
  if (at.at >= of.first_lost) lose(topic, of, of.events.back());
}

void snapshot_check::run() {
  if (std::exchange(last_snapshot_, stores_.snapshots().last()) == stores_.snapshots().last()) {
    return;
  }
  for (std::uint32_t k = 0; k < plan_.shards; ++k) {
    const cluster::shard_id shard{k};
    stores_.snapshots().list(shard, "", 1'000, 10'000'000, [&](const auto& page) {
      for (const auto& each : page->messages) {
        if (each.key == cluster::barrier_key) continue;
        const auto room = tests::stored_room(stores_.snapshots(), shard, each.data);
        const auto known = room ? rooms_.find(room->topic.name) : rooms_.end();
        if (known == rooms_.end()) continue;
        const auto& epochs = room->epochs;
        for (std::size_t i = 1; i < epochs.size(); ++i) {
          const auto before = known->second.find(epochs[i - 1].of.text);
          if (before == known->second.end()) continue;
          ends(known->first, before->second, epochs[i].first.value);
        }
      }
    });
  }
}

void snapshot_check::ends(const std::string& topic, known_epoch& of, std::uint64_t first_lost) {
  if (of.first_lost <= first_lost) return;
  of.first_lost = first_lost;
  for (const auto& each : of.events) {
    if (each.at >= first_lost) lose(topic, of, each);
  }
}

void snapshot_check::lose(const std::string& topic, known_epoch& of, const known_event& event) {
  of.received_first = std::min(of.received_first, event.received_at);
  of.sent_last = std::max(of.sent_last, event.sent_at);
  const auto& rule = *actors::rule_of(plan_.config.rooms, topic);
  const milliseconds most(rule.snapshot_ms + plan_.config.cluster.commit_timeout_ms);
  if (of.sent_last - of.received_first <= most) return;
  found_.broke(promises::promise::stored,
               topic + " has lost events of more than " + std::to_string(most.count()) +
                   " ms: of the events from " + std::to_string(of.first_lost) + " on, the one at " +
                   std::to_string(event.at) + " is the last");
}

}  // namespace roost::sim
