// SPDX-License-Identifier: Apache-2.0
#include "cluster/view/link_set.hpp"

#include <algorithm>

namespace roost::cluster {

void link_set::use(const cluster_view& view) {
  std::erase_if(links_, [&](const auto& each) {
    if (view.find(each.first)) return false;
    ++counts_.breaks;
    removed_.insert(each.first);
    return true;
  });
  for (const auto& node : view.nodes) {
    if (node.id == me_) continue;
    const auto [at, is_new] =
        links_.try_emplace(node.id, me_, node.id, serial_, limits_, faults_, counts_);
    if (is_new && removed_.contains(node.id)) at->second.break_now();
  }
}

result<void> link_set::push(node_id to, slice envelope) {
  const auto at = links_.find(to);
  if (at == links_.end()) return errc::unavailable;
  const auto pushed = at->second.push(std::move(envelope));
  return pushed == push_result::too_large ? result<void>{errc::payload_too_large} : result<void>{};
}

std::vector<link_frame> link_set::flush() {
  std::vector<link_frame> out;
  for (auto& [peer, link] : links_) {
    if (auto frame = link.flush()) out.push_back(std::move(*frame));
  }
  return out;
}

std::vector<slice> link_set::receive(link_frame&& frame) {
  const auto at = links_.find(frame.from);
  if (frame.to != me_ || at == links_.end()) {
    ++counts_.strangers;
    return {};
  }
  return at->second.receive(std::move(frame));
}

void link_set::hear(const heartbeat& heard, time_point now) {
  const auto at = links_.find(heard.node);
  if (at == links_.end()) return;
  const auto said = std::ranges::find(heard.links, me_, &heartbeat::link_end::peer);
  at->second.hear(said == heard.links.end() ? nullptr : &*said, now);
}

void link_set::step(time_point now, milliseconds timeout) {
  for (auto& [peer, link] : links_) link.step(now, timeout);
}

void link_set::break_all() {
  for (auto& [peer, link] : links_) link.break_now();
}

void link_set::break_link(node_id peer) {
  const auto at = links_.find(peer);
  if (at != links_.end()) at->second.break_now();
}

bool link_set::is_broken(node_id peer) const {
  const auto at = links_.find(peer);
  return (at != links_.end() && at->second.is_broken()) || removed_.contains(peer);
}

bool link_set::has_unsent() const {
  return std::ranges::any_of(links_, [](const auto& each) { return each.second.has_unsent(); });
}

std::vector<node_id> link_set::take_left() {
  std::vector<node_id> out;
  for (const auto peer : removed_) {
    if (!links_.contains(peer)) out.push_back(peer);
  }
  for (const auto peer : out) removed_.erase(peer);
  return out;
}

std::vector<node_id> link_set::take_broken() {
  std::vector<node_id> out{removed_.begin(), removed_.end()};
  removed_.clear();
  for (auto& [peer, link] : links_) {
    if (link.take_broken() && std::ranges::find(out, peer) == out.end()) out.push_back(peer);
  }
  return out;
}

link_sizes link_set::sizes() const {
  link_sizes out;
  for (const auto& [peer, link] : links_) {
    out.linked += link.is_linked() ? 1 : 0;
    out.queued_bytes += link.queued_bytes();
  }
  return out;
}

void link_set::announce_in(heartbeat& out) const {
  for (const auto& [peer, link] : links_) out.links.push_back(link.end());
}

}  // namespace roost::cluster
