// SPDX-License-Identifier: Apache-2.0
// The checks of stores and owners at rest.
#include <optional>

#include "cluster/log/snapshot_key.hpp"
#include "cluster/wire/log_codec.hpp"
#include "tests/sim/simulation.hpp"

namespace roost::sim {

namespace {

std::string text_of(const cluster::shard_owner& owner) {
  return "node " + std::to_string(owner.node.value) + " with " + std::to_string(owner.ownership);
}

}  // namespace

/// At rest every record is in a snapshot, so that the logs are truncated.
void simulation::check_stores() {
  for (std::uint32_t i = 0; i < plan_.shards; ++i) {
    stores_->logs().read_state(cluster::shard_id{i}, [&](const auto& state) {
      const auto held = state->last.value + 1 - state->first.value;
      if (held <= 1 || state->last.value == 0) return;
      found_.broke(promise::no_leak, "the log of shard " + std::to_string(i) + " still holds " +
                                         std::to_string(held) + " messages");
    });
  }
}

/// Nobody has used a room for longer than the retention time.
void simulation::check_retention() {
  for (std::uint32_t i = 0; i < plan_.shards; ++i) {
    stores_->snapshots().list(cluster::shard_id{i}, "", 1'000, 1'000'000, [&](const auto& page) {
      for (const auto& each : page->messages) {
        if (each.key == cluster::barrier_key) continue;
        if (!cluster::wire::decode_snapshot_beginning(each.data).value.is_empty) {
          found_.broke(promise::no_leak, each.key + " still has content in the store");
        }
      }
    });
  }
}

/// Every part that is stored is named by the message of its room.
void simulation::check_parts() {
  auto& stored = stores_->snapshots();
  for (std::uint32_t i = 0; i < plan_.shards; ++i) {
    const cluster::shard_id shard{i};
    for (const auto& part : stored.list_parts_behind(shard, "", 100'000, 0).messages) {
      const auto place = cluster::part_of_key(part.key);
      const auto room = stored.get_behind(shard, {cluster::snapshot_key(place->topic)}, 0);
      const auto named = room.messages.empty()
                             ? cluster::wire::decoded<cluster::parted_snapshot>{}
                             : cluster::wire::decode_parted_snapshot(room.messages[0].data);
      if (named && named.value.parts.names == place->names) continue;
      found_.broke(promise::no_leak, part.key + " is a part that no snapshot names");
    }
  }
}

/// Each shard has one owner, and all nodes name the same.
void simulation::check_owners() {
  for (std::uint32_t k = 0; k < plan_.shards; ++k) {
    const cluster::shard_id shard{k};
    std::optional<cluster::shard_owner> first;
    std::size_t owners = 0;
    for (const auto& each : nodes_) {
      const auto& table = each->actors().cluster()->links().node().owners();
      const auto& owner = table.of(shard);
      owners += table.is_mine(shard) ? 1 : 0;
      if (!first) first = owner;
      if (owner == *first) continue;
      found_.broke(promise::rest, "the nodes name different owners of shard " + std::to_string(k) +
                                      ": " + text_of(*first) + " and " + text_of(owner));
    }
    if (owners == 1) continue;
    found_.broke(promise::rest,
                 std::to_string(owners) + " nodes own shard " + std::to_string(k) + " at rest");
  }
}

}  // namespace roost::sim
