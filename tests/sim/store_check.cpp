// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/store_check.hpp"

#include <algorithm>

#include "cluster/log/snapshot_key.hpp"
#include "cluster/wire/log_codec.hpp"

namespace roost::sim {

using cluster::sequence;
using promises::promise;

namespace {

void raise(std::uint64_t& greatest, std::uint64_t to) { greatest = std::max(greatest, to); }

std::string name_of(cluster::shard_id shard) { return "shard " + std::to_string(shard.value); }

}  // namespace

void store_check::run() {
  for (std::uint32_t k = 0; k < shards_.size(); ++k) run(cluster::shard_id{k});
  const auto last = stores_.snapshots().last();
  if (std::exchange(last_snapshot_, last) == last || loses_) return;
  for (std::uint32_t k = 0; k < shards_.size(); ++k) check_stored(cluster::shard_id{k});
}

void store_check::run(cluster::shard_id shard) {
  auto& is = shards_[shard.value];
  stores_.logs().read_state(shard, [&](const result<cluster::log_state>& state) {
    if (state->last < is.last) is = {};  // a power cut
    const bool has_more = state->last > is.last;
    const bool was_purged = state->first > is.first;
    is.first = state->first;
    is.last = state->last;
    if (has_more && state->message.size > 0) {
      const auto entry = cluster::wire::decode_log_entry(state->message);
      if (!entry) return found_.broke(promise::well_formed, name_of(shard) + " has no entry");
      appended(is, shard, entry.value);
    }
    if (was_purged && !loses_) check_stored(shard);
  });
}

void store_check::appended(shard_state& is, cluster::shard_id shard,
                           const cluster::log_entry& entry) {
  if (std::holds_alternative<cluster::log_entries::marker>(entry.body)) {
    ++markers_;
    if (entry.ownership <= is.ownership) {
      found_.broke(promise::stored, name_of(shard) + " has a marker that is not newer");
    }
    is.ownership = entry.ownership;
    is.node = entry.node;
    is.is_released = false;
    return;
  }
  if (is.is_released || entry.ownership != is.ownership || entry.node != is.node) {
    found_.broke(promise::stored, name_of(shard) + ": ownership " +
                                      std::to_string(entry.ownership) +
                                      " has stored behind the end of its time");
  }
  is.is_released = std::holds_alternative<cluster::log_entries::release>(entry.body);
  const auto* batch = std::get_if<cluster::log_entries::batch>(&entry.body);
  if (!batch) return;
  for (const auto& record : batch->records) {
    if (!std::holds_alternative<cluster::records::ordered>(record.body)) continue;
    raise(heads_[shard.value][record.topic.name], record.at.value);
    raise(head_of_[record.topic.name], record.at.value);
  }
}

/// The greatest offset that was ever stored of a room is in its snapshot or in the log.
void store_check::check_stored(cluster::shard_id shard) {
  auto& heads = heads_[shard.value];
  if (heads.empty()) return;
  std::map<std::string, std::uint64_t> held;
  stores_.snapshots().list(shard, "", 1'000, 10'000'000, [&](const auto& page) {
    for (const auto& each : page->messages) {
      if (each.key == cluster::barrier_key) continue;
      const auto room = cluster::wire::decode_snapshot(each.data);
      if (room) raise(held[room.value.topic.name], room.value.head.value);
    }
  });
  stores_.logs().read(shard, sequence{1}, 100'000'000, [&](const auto& page) {
    for (const auto& each : page->messages) {
      const auto entry = cluster::wire::decode_log_entry(each.data);
      if (!entry) continue;
      const auto* batch = std::get_if<cluster::log_entries::batch>(&entry.value.body);
      if (!batch) continue;
      for (const auto& record : batch->records) raise(held[record.topic.name], record.at.value);
    }
  });
  for (const auto& [name, head] : heads) {
    if (held[name] >= head) continue;
    found_.broke(promise::stored, name + " has event " + std::to_string(head) +
                                      " neither in the log nor in a snapshot");
  }
}

void store_check::seen(const topic& topic, std::uint64_t at) {
  if (loses_ || head_of_[topic.name] >= at) return;
  found_.broke(promise::stored, "a client has event " + std::to_string(at) + " of " + topic.name +
                                    ", which is not stored");
}

}  // namespace roost::sim
