// SPDX-License-Identifier: Apache-2.0
#include "cluster/links/node_links.hpp"

#include <algorithm>
#include <utility>

namespace roost::cluster {

node_links::node_links(const link_settings& settings, const link_dependencies& uses, time_point now)
    : settings_(settings),
      uses_(uses),
      node_(settings.me, uses.routes.shards(), settings.times, settings.limits, settings.faults,
            now),
      attaching_(settings.me.id, 2 * settings.times.gone),
      unverified_(settings.unverified_bytes_max),
      next_heartbeat_(now),
      next_step_(now) {}

link_status node_links::run(time_point now) {
  if (is_due_ || now >= next_step_) step(now);
  if (status_.name_holder == node_id{}) {
    push_outgoing();
    report_attached(now);
    flush();
  }
  status_.run_again = is_due_ || has_more_ ? now : next_step_;
  auto out = status_;
  status_.has_view_changed = false;
  return out;
}

void node_links::heartbeat_arrived(const slice& heartbeat, time_point now) {
  node_.hear(heartbeat, now);
  is_due_ = true;
}

/// An event must not overtake the news of its owner, so owners that were heard of before are
/// reported before. A step that is overdue may begin a verification.
void node_links::frame_arrived(const slice& frame, time_point now) {
  if (is_due_ || now >= next_step_) step(now);
  if (status_.name_holder != node_id{}) return;
  const auto received = node_.receive(frame);
  // Envelopes behind a break arrive behind the report of it, also while this node cannot send.
  if (!received.all.empty() && node_.is_broken(received.from)) {
    push_outgoing();
    for (const auto peer : node_.take_broken()) report_break(peer);
  }
  for (const auto& each : received.all) {
    const auto why = deliver(received.from, each, now);
    if (why == wire::wire_error::none) continue;
    if (why == wire::wire_error::future) {
      ++counts_.unknown;
      continue;
    }
    // The rest of the frame would arrive behind a gap.
    ++counts_.undecoded[why];
    node_.break_link(received.from);
    return;
  }
}

/// Until the connection is back nothing is sent, and the breaks are not reported, so all that is
/// published meanwhile is dropped instead of filling the queues again and again.
void node_links::connection_lost() {
  is_connected_ = false;
  node_.reconnected();
}

void node_links::connection_back() { is_connected_ = true; }

bool node_links::taken(shard_id shard, std::uint64_t ownership) {
  is_due_ = true;
  std::erase(dropped_, shard);
  unverified_.release(shard);
  const bool is_newest = node_.take(shard, ownership);
  report_owners(node_.take_owner_changes());
  return is_newest;
}

void node_links::dropped(shard_id shard, log_end end) {
  is_due_ = true;
  std::erase(dropped_, shard);
  if (end == log_end::perhaps_mine) dropped_.push_back(shard);
  unverified_.release(shard);
  node_.drop(shard);
  report_owners(node_.take_owner_changes());
}

void node_links::released(shard_id shard, std::uint64_t ownership, node_id to) {
  is_due_ = true;
  std::erase(dropped_, shard);
  const bool is_own =
      node_.owners().is_mine(shard) && ownership == node_.owners().of(shard).ownership;
  for (const auto& each : unverified_.release(shard)) {
    if (is_own) push(each);
  }
  node_.release(shard, ownership, to);
  report_owners(node_.take_owner_changes());
}

void node_links::verified(shard_id shard) {
  is_due_ = true;
  for (const auto& each : unverified_.release(shard)) push(each);
  const auto owner = node_.owners().of(shard);
  if (owner.node != settings_.me.id) uses_.host.exceed(shard, owner.ownership);
}

void node_links::leave() {
  is_due_ = true;
  node_.leave();
}

void node_links::step(time_point now) {
  is_due_ = false;
  next_step_ = now + settings_.times.gone / 4;
  if (status_.name_holder != node_id{}) return;
  const auto effects = node_.step(now, dropped_);
  status_.name_holder = effects.name_holder;
  if (status_.name_holder != node_id{}) return;
  status_.has_view_changed = status_.has_view_changed || effects.has_view_changed;
  status_.may_end = effects.plan.may_end;
  if (effects.must_verify) begin_verification();
  if (effects.asks_store) uses_.host.ask_store();
  report_owners(effects.owners);
  for (const auto& each : effects.greater) {
    unverified_.hold(each.shard);
    uses_.host.exceed(each.shard, each.ownership);
  }
  if (effects.heartbeat.size > 0) {
    uses_.network.publish_heartbeat(effects.heartbeat);
    next_heartbeat_ = now + settings_.times.heartbeat;
  }
  next_step_ = std::min(next_step_, next_heartbeat_);
  if (const auto shards = unverified_.shards(); !shards.empty()) uses_.host.verify(shards);
  uses_.host.follow(effects.plan);
}

void node_links::begin_verification() {
  for (std::uint32_t k = 0; k < uses_.routes.shards(); ++k) {
    if (node_.owners().is_mine(shard_id{k})) unverified_.hold(shard_id{k});
  }
}

void node_links::report_owners(const std::vector<owner_change>& changes) {
  const auto me = settings_.me.id;
  for (const auto& [shard, owner] : changes) {
    const auto before = uses_.routes.owner_of(shard);
    const announced_owner next{owner.node, owner.ownership};
    if (before == next) continue;
    // Another node says that it has taken a shard which this one serves.
    if (before.node == me && next.ownership > before.ownership && next.node != me) {
      unverified_.hold(shard);
    }
    const bool is_mine = next.node == me;
    uses_.routes.set(shard, next, is_mine);
    if (is_mine) {
      attaching_.begin(shard, next.ownership);
    } else {
      attaching_.end(shard);
    }
    uses_.handler.owner_changed(shard, next);
  }
}

void node_links::report_attached(time_point now) {
  for (const auto& each : attaching_.waiting()) {
    if (uses_.routes.own_attached(each.shard) == each.ownership) {
      attaching_.finish(settings_.me.id, each);
    }
  }
  for (const auto& each : attaching_.take_finished(node_.view(), now)) {
    uses_.routes.finish_attaching(each.shard);
    uses_.handler.attaching_finished(each.shard, each.ownership);
  }
}

void node_links::push_outgoing() {
  auto taken = uses_.outgoing.take();
  for (const auto peer : taken.lost) {
    ++counts_.overruns;
    node_.break_link(peer);
  }
  for (auto& each : taken.envelopes) {
    if (!unverified_.holds(each)) {
      push(each);
    } else if (auto to = each.to; !unverified_.keep(std::move(each))) {
      lose(to);
    }
  }
}

void node_links::push(const outgoing_envelope& envelope) {
  for (const auto to : envelope.to) {
    if (!node_.push(to, envelope.data)) ++counts_.skipped;
  }
}

void node_links::lose(const std::vector<node_id>& to) {
  for (const auto peer : to) node_.break_link(peer);
  counts_.overruns += to.size();
}

void node_links::flush() {
  has_more_ = false;
  for (const auto peer : node_.take_left()) report_break(peer);
  if (!is_connected_ || !uses_.network.is_writable()) return;
  const auto out = node_.flush();
  has_more_ = out.has_more;
  for (const auto peer : out.broken) report_break(peer);
  for (const auto& frame : out.frames) {
    if (uses_.network.send_frame(frame.to, frame.data)) continue;
    ++counts_.refused_frames;
    node_.break_link(frame.to);
  }
}

void node_links::report_break(node_id peer) {
  unverified_.forget(peer);
  uses_.handler.link_broke(peer, node_.view().find(peer) == nullptr);
}

}  // namespace roost::cluster
