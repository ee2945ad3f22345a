// SPDX-License-Identifier: Apache-2.0
#include "cluster/links/attach_tracker.hpp"

#include <algorithm>

namespace roost::cluster {

void attach_tracker::begin(shard_id shard, std::uint64_t ownership) {
  waiting_[shard] = {ownership, std::nullopt, {}};
}

void attach_tracker::hear(node_id node, time_point now) {
  if (!waiting_.empty()) heard_[node] = now;
}

void attach_tracker::finish(node_id node, const attach_notice& notice) {
  const auto at = waiting_.find(notice.shard);
  if (at != waiting_.end() && at->second.ownership == notice.ownership) {
    at->second.finished.insert(node);
  }
}

std::vector<attach_notice> attach_tracker::waiting() const {
  std::vector<attach_notice> out;
  for (const auto& [shard, is] : waiting_) out.push_back({shard, is.ownership});
  return out;
}

bool attach_tracker::waits_for(node_id node, const entry& of, time_point now) const {
  if (of.finished.contains(node)) return false;
  const auto waited = now - *of.since;
  if (waited < timeout_) return true;
  if (waited >= timeouts_max * timeout_) return false;
  const auto heard = heard_.find(node);
  return node == me_ || (heard != heard_.end() && now - heard->second < timeout_);
}

std::vector<attach_notice> attach_tracker::take_finished(const cluster_view& view, time_point now) {
  std::vector<attach_notice> out;
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    auto& [shard, is] = *at;
    if (!is.since) is.since = now;
    const auto is_waited_for = [&, &is = is](const node_info& node) {
      return waits_for(node.id, is, now);
    };
    if (std::ranges::any_of(view.nodes, is_waited_for)) {
      ++at;
      continue;
    }
    out.push_back({shard, is.ownership});
    at = waiting_.erase(at);
  }
  if (waiting_.empty()) heard_.clear();
  return out;
}

}  // namespace roost::cluster
