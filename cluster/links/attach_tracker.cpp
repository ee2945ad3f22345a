// SPDX-License-Identifier: Apache-2.0
#include "cluster/links/attach_tracker.hpp"

#include <algorithm>

namespace roost::cluster {

void attach_tracker::begin(shard_id shard, std::uint64_t ownership) {
  waiting_[shard] = {ownership, std::nullopt, {}};
}

void attach_tracker::finish(node_id node, const attach_notice& notice) {
  const auto at = waiting_.find(notice.shard);
  if (at != waiting_.end() && at->second.ownership == notice.ownership) {
    at->second.finished.insert(node);
  }
}

std::vector<attach_notice> attach_tracker::take_finished(const cluster_view& view, time_point now) {
  std::vector<attach_notice> out;
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    auto& [shard, is] = *at;
    if (!is.until) is.until = now + timeout_;
    const bool have_all = std::ranges::all_of(
        view.nodes, [&is = is](const node_info& node) { return is.finished.contains(node.id); });
    if (!have_all && now < *is.until) {
      ++at;
      continue;
    }
    out.push_back({shard, is.ownership});
    at = waiting_.erase(at);
  }
  return out;
}

}  // namespace roost::cluster
