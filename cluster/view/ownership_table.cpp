// SPDX-License-Identifier: Apache-2.0
#include "cluster/view/ownership_table.hpp"

namespace roost::cluster {

ownership_table::ownership_table(node_id me, std::uint32_t shards, const view_faults& faults)
    : me_(me), faults_(faults), entries_(shards) {}

void ownership_table::hear(const heartbeat& heard) {
  std::vector<bool> is_listed(entries_.size());
  for (const auto& each : heard.owned) {
    if (!is_known(each.shard)) continue;
    is_listed[each.shard.value] = true;
    own(heard.node, each.shard, each.ownership);
  }
  for (std::uint32_t k = 0; k < shards(); ++k) {
    auto& [is, holder, ignored] = entries_[k];
    if (is_listed[k]) continue;
    if (ignored == heard.node) ignored = {};
    if (is.node == heard.node) set(shard_id{k}, {{}, is.ownership, {}});
  }
  for (const auto& each : heard.released) {
    if (is_known(each.shard)) hear(each);
  }
}

void ownership_table::hear(const heartbeat::released_shard& heard) {
  const auto& is = of(heard.shard);
  if (is.node == me_ && heard.ownership > is.ownership) {
    greater_.push_back({heard.shard, heard.ownership});
  } else if (heard.to != node_id{}) {
    release(heard.shard, heard.ownership, heard.to);
  }
}

void ownership_table::use(const cluster_view& view) {
  for (std::uint32_t k = 0; k < shards(); ++k) {
    auto& [is, holder, ignored] = entries_[k];
    if (!view.find(ignored)) ignored = {};
    if (is.node != node_id{} && !view.find(is.node)) set(shard_id{k}, {{}, is.ownership, {}});
  }
}

bool ownership_table::take(shard_id shard, std::uint64_t ownership) {
  own(me_, shard, ownership);
  return is_mine(shard) && of(shard).ownership == ownership;
}

void ownership_table::drop(shard_id shard) {
  if (is_mine(shard)) set(shard, {{}, of(shard).ownership, {}});
}

void ownership_table::release(shard_id shard, std::uint64_t ownership, node_id to) {
  if (ownership < of(shard).ownership) return;
  set(shard, {{}, ownership, to});
}

/// An equal ownership is the same owner again, which was out of the view, unless it ended with a
/// release.
void ownership_table::own(node_id node, shard_id shard, std::uint64_t ownership) {
  auto& known = entries_[shard.value];
  const bool is_same =
      ownership == known.is.ownership && node == known.holder && known.is.released_to == node_id{};
  if (ownership <= known.is.ownership && !is_same && !faults_.accepts_old_owner) {
    const bool is_greater_gone = known.is.node == node_id{} && ownership < known.is.ownership;
    known.ignored = is_greater_gone && node != me_ ? node : node_id{};
    return;
  }
  known.holder = node;
  known.ignored = {};
  set(shard, {node, ownership, {}});
}

void ownership_table::set(shard_id shard, const shard_owner& next) {
  auto& is = entries_[shard.value].is;
  if (is == next) return;
  is = next;
  changes_.push_back({shard, next});
}

bool ownership_table::is_known(shard_id shard) {
  if (shard.value < entries_.size()) return true;
  ++unknown_shards_;
  return false;
}

void ownership_table::announce_in(heartbeat& out) const {
  for (std::uint32_t k = 0; k < shards(); ++k) {
    const auto& [is, holder, ignored] = entries_[k];
    if (is.node == me_) out.owned.push_back({shard_id{k}, is.ownership});
    if (is.released_to != node_id{} || ignored != node_id{}) {
      out.released.push_back({shard_id{k}, is.ownership, is.released_to});
    }
  }
}

}  // namespace roost::cluster
