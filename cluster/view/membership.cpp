// SPDX-License-Identifier: Apache-2.0
#include "cluster/view/membership.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace roost::cluster {

namespace {

// More are under way only in an outage, and then they no longer count.
constexpr std::size_t sent_heartbeats_max = 64;

}  // namespace

membership::membership(node_id me, std::string name, std::string version, const view_times& times,
                       const view_faults& faults, time_point now)
    : me_(me),
      name_(std::move(name)),
      version_(std::move(version)),
      times_(times),
      faults_(faults),
      listens_until_(now),
      next_heartbeat_(now),
      stepped_(now),
      store_answered_(now),
      store_asked_(now),
      store_silent_from_(now) {
  update_view();
}

bool membership::hear(const heartbeat& heard, time_point now) {
  if (heard.node == me_) {
    hear_own(heard.number);
    return true;
  }
  auto at = peers_.find(heard.node);
  if (at == peers_.end()) {
    if (peers_.size() + 1 >= nodes_max) return false;
    at = peers_.emplace(heard.node, peer{}).first;
    at->second.info = {heard.node, heard.name, heard.version, heard.state};
  }
  auto& from = at->second;
  if (heard.number <= from.number) return false;
  if (heard.state == node_state::cut_off && from.said != node_state::cut_off) {
    from.cut_off_since = now;
  }
  if (from.number > 0 && now - from.heard > 2 * times_.heartbeat) ++counts_.late_heartbeats;
  from.number = heard.number;
  from.said = heard.state;
  from.is_store_answering = heard.is_store_answering;
  from.heard = now;
  return true;
}

void membership::hear_own(std::uint64_t number) {
  while (!sent_.empty() && sent_.front().number <= number) {
    if (sent_.front().number == number) own_sent_at_ = sent_.front().at;
    sent_.pop_front();
  }
}

void membership::store_answered(time_point now) {
  store_answered_ = now;
  store_silent_from_ = now;
}

membership_effects membership::step(time_point now) {
  membership_effects out;
  out.must_verify = now - stepped_ >= times_.gone / 2;
  stepped_ = now;
  update_hearing(now);
  update_peers(now);
  update_store_silence(now);
  if (now - std::max(store_answered_, store_asked_) >= times_.commit_timeout / 8) {
    store_asked_ = now;
    out.asks_store = true;
  }
  if (!has_joined_ && !is_frozen_ && now >= listens_until_) {
    join_or_yield(now, out);
  }
  if (const auto state = state_at(now); state != state_) {
    state_ = state;
    is_announcing_ = true;
  }
  update_view();
  out.is_heartbeat_due = is_announcing_ || now >= next_heartbeat_;
  return out;
}

/// Freezes or thaws the view. After an outage nodes reconnect at different moments, so the silence
/// of all others counts anew, and this node listens to all of them before it takes a shard.
void membership::update_hearing(time_point now) {
  const bool hears = own_sent_at_ && now - *own_sent_at_ < times_.gone / 2;
  if (is_frozen_ && hears) {
    listens_until_ = now + times_.gone;
    if (!faults_.counts_outage) {
      for (auto& [id, each] : peers_) {
        each.heard = now;
        each.cut_off_since = now;
        each.is_store_answering = false;
      }
    }
  }
  if (!is_frozen_ && !hears) ++counts_.freezes;
  is_frozen_ = !hears;
}

void membership::update_peers(time_point now) {
  if (is_frozen_ && !faults_.never_freezes) return;
  std::erase_if(peers_, [&](const auto& each) { return now - each.second.heard >= times_.gone; });
  for (auto& [id, each] : peers_) {
    // After an outage a node says "cut off" until its own heartbeat is back, so do not believe it
    // at once.
    if (each.said == node_state::cut_off && now - each.cut_off_since < times_.gone / 2) continue;
    each.info.state = each.said;
  }
}

/// Counts only the time in which another node's store answers: otherwise the store is away.
void membership::update_store_silence(time_point now) {
  const bool is_answering_others =
      std::ranges::any_of(peers_, [](const auto& each) { return each.second.is_store_answering; });
  if (is_frozen_ || !is_answering_others) store_silent_from_ = now;
}

node_state membership::state_at(time_point now) {
  if (has_joined_ &&
      (now - *own_sent_at_ >= times_.gone || now - store_silent_from_ >= times_.commit_timeout)) {
    return node_state::cut_off;
  }
  if (is_leaving_) return node_state::leaving;
  return has_joined_ ? node_state::up : node_state::joining;
}

/// A predecessor that has just ended can be heard for a moment, but not at the end of listening.
/// A node with this name that has not joined either yields to a smaller id, so this node waits
/// until it is silent; otherwise both would end.
void membership::join_or_yield(time_point now, membership_effects& out) {
  bool has_rival = false;
  for (const auto& [id, each] : peers_) {
    if (each.info.name != name_ || now - each.heard >= times_.gone * 3 / 4) continue;
    has_rival = true;
    if (each.said != node_state::joining || id < me_) out.name_holder = id;
  }
  has_joined_ = !has_rival;
}

void membership::update_view() {
  std::vector<node_info> nodes;
  nodes.reserve(peers_.size() + 1);
  for (const auto& [id, each] : peers_) nodes.push_back(each.info);
  const auto at = std::ranges::lower_bound(nodes, me_, {}, &node_info::id);
  nodes.insert(at, {me_, name_, version_, state_});
  if (nodes == view_.nodes) return;
  view_.nodes = std::move(nodes);
  ++view_.generation;
}

heartbeat membership::next_heartbeat(time_point now) {
  is_announcing_ = false;
  next_heartbeat_ = now + times_.heartbeat;
  sent_.push_back({++number_, now});
  if (sent_.size() > sent_heartbeats_max) sent_.pop_front();
  heartbeat out;
  out.node = me_;
  out.number = number_;
  out.state = state_;
  out.is_store_answering = now - store_answered_ < times_.commit_timeout / 2;
  out.name = name_;
  out.version = version_;
  for (const auto& each : view_.nodes) out.view.push_back(each.id);
  return out;
}

}  // namespace roost::cluster
