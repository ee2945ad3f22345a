// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/store_check.hpp"

#include <algorithm>

#include "cluster/log/snapshot_key.hpp"
#include "cluster/wire/log_codec.hpp"
#include "tests/fixtures/parted_room.hpp"

namespace roost::sim {

using cluster::sequence;
using promises::promise;

namespace {

void raise(std::uint64_t& greatest, std::uint64_t to) { greatest = std::max(greatest, to); }

std::string name_of(cluster::shard_id shard) { return "shard " + std::to_string(shard.value); }

}  // namespace

void store_check::run() {
  forget_removed();
  for (std::uint32_t k = 0; k < shards_.size(); ++k) run(cluster::shard_id{k});
  const auto last = stores_.snapshots().last();
  if (std::exchange(last_snapshot_, last) == last) return;
  for (std::uint32_t k = 0; k < shards_.size(); ++k) check_stored(cluster::shard_id{k});
}

void store_check::run(cluster::shard_id shard) {
  auto& is = shards_[shard.value];
  stores_.logs().read_state(shard, [&](const result<cluster::log_state>& state) {
    const bool has_more = state->last > is.last;
    const bool was_purged = state->first > is.first;
    is.first = state->first;
    is.last = state->last;
    if (has_more && state->message.size > 0) {
      const auto entry = cluster::wire::decode_log_entry(state->message);
      if (!entry) return found_.broke(promise::well_formed, name_of(shard) + " has no entry");
      appended(is, shard, entry.value);
    }
    if (was_purged) check_stored(shard);
  });
}

void store_check::appended(shard_state& is, cluster::shard_id shard,
                           const cluster::log_entry& entry) {
  if (std::holds_alternative<cluster::log_entries::marker>(entry.body)) {
    ++markers_;
    owners_.emplace_back(entry.node, entry.ownership);
    if (entry.ownership <= is.ownership) {
      found_.broke(promise::stored, name_of(shard) + " has a marker that is not newer");
    }
    const bool is_taken = is.node != node_id{} && is.node != entry.node && !is.is_released;
    if (is_taken && are_up_(is.node, entry.node)) {
      found_.broke(promise::stored, name_of(shard) + " was taken from a node that is up");
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
  author_ = entry.node;
  for (const auto& record : batch->records) {
    if (!std::holds_alternative<cluster::records::ordered>(record.body)) continue;
    raise(heads_[shard.value][record.topic.name], record.at.value);
    raise(head_of_[record.topic.name], record.at.value);
  }
}

/// The heads that an owner would find: of the snapshots, and of the records that follow them
/// without a gap.
std::map<std::string, std::uint64_t> store_check::held(cluster::shard_id shard) {
  std::map<std::string, std::uint64_t> out;
  stores_.snapshots().list(shard, "", 1'000, 10'000'000, [&](const auto& page) {
    for (const auto& each : page->messages) {
      if (each.key == cluster::barrier_key) continue;
      const auto room = tests::stored_room(stores_.snapshots(), shard, each.data);
      if (room) out[room->topic.name] = room->head.value;
    }
  });
  stores_.logs().read(shard, sequence{1}, 100'000'000, [&](const auto& page) {
    for (const auto& each : page->messages) {
      const auto entry = cluster::wire::decode_log_entry(each.data);
      if (!entry) continue;
      const auto* batch = std::get_if<cluster::log_entries::batch>(&entry.value.body);
      if (!batch) continue;
      for (const auto& record : batch->records) {
        auto& head = out[record.topic.name];
        if (record.at.value == head + 1) ++head;
      }
    }
  });
  return out;
}

/// The greatest offset that was ever stored of a room is in its snapshot or in the log.
void store_check::check_stored(cluster::shard_id shard) {
  if (heads_[shard.value].empty()) return;
  auto stored = held(shard);
  for (const auto& [name, head] : heads_[shard.value]) {
    if (stored[name] >= head) continue;
    found_.broke(promise::stored, name + " has event " + std::to_string(head) +
                                      " neither in the log nor in a snapshot");
  }
}

void store_check::seen(const topic& topic, std::uint64_t at) {
  if (head_of_[topic.name] >= at) return;
  found_.broke(promise::stored, "a client has event " + std::to_string(at) + " of " + topic.name +
                                    ", which is not stored");
}

/// A room that was unused for long begins anew.
void store_check::forget_removed() {
  for (const auto& [shard, key] : stores_.take_removed()) {
    const auto is_it = [&, &key = key](const auto& each) {
      return cluster::snapshot_key(topic{each.first}) == key;
    };
    std::erase_if(heads_[shard.value], is_it);
    for (auto& each : moments_) std::erase_if(each.heads[shard.value], is_it);
  }
}

void store_check::remember(time_point now, std::chrono::microseconds sync_interval) {
  moments_.push_back({now, heads_});
  while (moments_.size() > 1 && moments_[1].at + sync_interval <= now) moments_.pop_front();
}

void store_check::power_was_cut(time_point now, std::chrono::microseconds sync_interval) {
  heads synced;
  if (!moments_.empty() && moments_.front().at + sync_interval <= now) {
    synced = moments_.front().heads;
  }
  if (sync_interval.count() == 0) synced = heads_;
  moments_.clear();
  for (std::uint32_t k = 0; k < shards_.size(); ++k) {
    auto stored = held(cluster::shard_id{k});
    for (const auto& [name, head] : synced[k]) {
      if (stored[name] >= head) continue;
      found_.broke(promise::stored, "a power cut took event " + std::to_string(head) + " of " +
                                        name + ", which was synced");
    }
    for (auto& [name, head] : heads_[k]) head = std::min(head, stored[name]);
    auto& is = shards_[k];
    is = {};
    stores_.logs().read_state(cluster::shard_id{k}, [&](const auto& state) {
      is.first = state->first;
      is.last = state->last;
      if (state->message.size == 0) return;
      const auto entry = cluster::wire::decode_log_entry(state->message);
      is.ownership = entry.value.ownership;
      is.node = entry.value.node;
      is.is_released = std::holds_alternative<cluster::log_entries::release>(entry.value.body);
    });
  }
  last_snapshot_ = stores_.snapshots().last();
}

}  // namespace roost::sim
