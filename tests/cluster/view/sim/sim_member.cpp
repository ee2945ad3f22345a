// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/view/sim/sim_member.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

namespace roost::cluster::sim {

namespace {

std::string seconds(time_point now) {
  const auto since = std::chrono::duration_cast<milliseconds>(now.time_since_epoch()).count();
  return std::to_string(since - 3'600'000) + " ms";
}

std::string number(node_id id) { return std::to_string(id.value); }

}  // namespace

void violation::report(time_point now, const std::string& broken) {
  if (text.empty()) text = seconds(now) + ": " + broken;
}

void surroundings::trace(const std::string& line) const {
  if (is_verbose) std::printf("%s: %s\n", seconds(now).c_str(), line.c_str());
}

sim_member::sim_member(node_id id, std::string name, surroundings& around,
                       const view_faults& faults)
    : fine_since(around.now),
      id_(id),
      name_(std::move(name)),
      around_(around),
      faults_(faults),
      node_({id, name_, "0.1.0"}, sim_shards, {}, {}, faults, around.now),
      next_append_(around.now) {}

bool sim_member::is_fine() const {
  return is_connected && sends && hears && has_store && !is_paused && !around_.is_away;
}

bool sim_member::reaches_store() const {
  return has_store && is_connected && !is_paused && !around_.is_away;
}

void sim_member::run() {
  if (is_paused || is_refused_) return;
  // After a pause the loop may see its timer or its sockets first.
  if (!buffered_.empty() && around_.random.chance(500)) {
    for (const auto& each : std::exchange(buffered_, {})) arrive(each);
  }
  carry_out(node_.step(around_.now, dropped_));
  for (const auto& each : std::exchange(buffered_, {})) arrive(each);
  finish_work();
  append_to_shards();
  exchange_envelopes();
}

void sim_member::arrive(const message& message) {
  if (!hears || !is_connected || around_.is_away || is_refused_) return;
  if (is_paused) {
    buffered_.push_back(message);
  } else if (message.kind == message_kind::heartbeat) {
    node_.hear(message.data, around_.now);
  } else {
    receive(message);
  }
}

void sim_member::reconnect() {
  is_connected = true;
  buffered_.clear();
  node_.reconnected();
  must_verify_ = true;
}

void sim_member::carry_out(const node_effects& effects) {
  is_refused_ = effects.name_holder != node_id{};
  may_end_ = effects.plan.may_end;
  must_verify_ = must_verify_ || effects.must_verify;
  if (effects.asks_store && reaches_store()) node_.store_answered(around_.now);
  see_owners(effects.owners);
  if (effects.heartbeat.size > 0 && sends && is_connected && !around_.is_away) {
    for (const auto to : around_.living()) {
      around_.network.send({{}, 0, id_, to, message_kind::heartbeat, effects.heartbeat},
                           around_.now);
    }
  }
  if (!reaches_store()) return;
  for (const auto shard : effects.plan.take) take(shard);
  for (auto& each : work_) each.giving_to = {};
  for (const auto& move : effects.plan.give) give(move);
}

void sim_member::see_owners(const std::vector<owner_change>& changes) {
  for (const auto& [shard, owner] : changes) {
    auto& work = work_[shard.value];
    if (owner.ownership < work.heard) {
      around_.broken.report(around_.now, number(id_) + " accepts an older owner of " + text(shard));
    }
    work.heard = std::max(work.heard, owner.ownership);
    if (work.state == shard_state::served && owner.node != id_) must_verify_ = true;
  }
}

/// A take-over as the shard log does it: the last message of the log decides.
void sim_member::take(shard_id shard) {
  auto& work = work_[shard.value];
  auto& log = log_of(shard);
  if (work.state != shard_state::idle) return;
  node_.store_answered(around_.now);
  if (!may_take_behind(node_.view(), id_, log.author, log.released_to) &&
      !faults_.takes_from_living) {
    std::erase(dropped_, shard);
    if (log.released_to != node_id{}) node_.release(shard, log.ownership, log.released_to);
    return;
  }
  // A leaving node takes nothing any more, also not by a release.
  const bool is_released = log.released_to != node_id{};
  const auto keeper = is_released ? log.released_to : log.author;
  if (keeper != id_ && around_.is_fine(keeper) && !(is_released && around_.is_leaving(keeper))) {
    around_.broken.report(around_.now, number(id_) + " takes " + text(shard) + " from " +
                                           number(keeper) + ", which is up and heard");
  }
  around_.trace(number(id_) + " takes " + text(shard) + " after " + number(log.author));
  const auto micros = static_cast<std::uint64_t>(around_.now.time_since_epoch().count() / 1'000);
  log = {id_, std::max(log.ownership + 1, micros), {}, log.markers + 1};
  std::erase(dropped_, shard);
  if (around_.random.chance(100)) {
    dropped_.push_back(shard);  // the outcome of the append is unknown to this node
    return;
  }
  work.state = shard_state::reading;
  work.ownership = log.ownership;
  work.until = around_.now + milliseconds(around_.random.between(5, 300));
}

void sim_member::give(const hand_over& move) {
  auto& work = work_[move.shard.value];
  if (work.state != shard_state::served) return;
  if (work.giving_to == node_id{}) {
    work.until = around_.now + milliseconds(around_.random.below(40));
  }
  work.giving_to = move.to;
}

/// Ends readings and checkpoints that are due.
void sim_member::finish_work() {
  if (!reaches_store()) return;
  for (std::uint32_t k = 0; k < sim_shards; ++k) {
    const shard_id shard{k};
    auto& work = work_[k];
    auto& log = log_of(shard);
    if (work.state == shard_state::reading && around_.now >= work.until) {
      work.state = shard_state::served;
      node_.take(shard, work.ownership);
    }
    if (work.state == shard_state::served && must_verify_ && log.author != id_) lose(shard);
    if (work.state == shard_state::served && work.giving_to != node_id{} && log.author == id_) {
      around_.trace(number(id_) + " gives " + text(shard) + " to " + number(work.giving_to));
      log.released_to = work.giving_to;
      node_.release(shard, log.ownership, work.giving_to);
      work.state = shard_state::idle;
    }
  }
  must_verify_ = false;
}

/// A fenced owner learns of it with its next append.
void sim_member::append_to_shards() {
  if (!reaches_store() || around_.now < next_append_) return;
  next_append_ = around_.now + milliseconds(around_.random.between(50, 400));
  for (std::uint32_t k = 0; k < sim_shards; ++k) {
    if (!serves(shard_id{k})) continue;
    node_.store_answered(around_.now);
    if (log_of(shard_id{k}).author != id_) lose(shard_id{k});
  }
}

void sim_member::lose(shard_id shard) {
  around_.trace(number(id_) + " is fenced in " + text(shard));
  work_[shard.value].state = shard_state::idle;
  node_.drop(shard);
}

void sim_member::drop_some_shard() {
  for (std::uint32_t k = 0; k < sim_shards; ++k) {
    const shard_id shard{k};
    if (!serves(shard) || log_of(shard).author != id_) continue;
    around_.trace(number(id_) + " drops " + text(shard));
    work_[k].state = shard_state::idle;
    dropped_.push_back(shard);
    node_.drop(shard);
    return;
  }
}

/// Sends what the loop has, with now and then an envelope: how often the link broke, and a number.
void sim_member::exchange_envelopes() {
  for (const auto& node : node_.view().nodes) {
    if (node.id == id_ || around_.is_quiet || !around_.random.chance(100)) continue;
    auto& link = links_[node.id];
    const auto envelope = std::to_string(link.breaks) + " " + std::to_string(link.pushed + 1);
    if (node_.push(node.id, slice::of(bytes_ptr::copy(envelope)))) ++link.pushed;
  }
  const auto out = node_.flush();
  for (const auto peer : out.broken) {
    ++links_[peer].breaks;
    links_[peer].pushed = 0;
  }
  if (!sends || !is_connected || around_.is_away) return;
  for (const auto& frame : out.frames) {
    around_.network.send({{}, 0, id_, frame.to, message_kind::frame, frame.data}, around_.now);
  }
}

void sim_member::receive(const message& frame) {
  for (const auto& each : node_.receive(frame.data).all) {
    std::pair<std::uint64_t, std::uint64_t> sent;
    const auto text = each.view();
    const auto end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, sent.first);
    std::from_chars(first.ptr + 1, end, sent.second);
    auto& last = links_[frame.from].arrived;
    const bool is_next = sent.first == last.first ? sent.second == last.second + 1
                                                  : sent.first > last.first && sent.second == 1;
    if (!is_next) {
      around_.broken.report(around_.now, number(id_) + " receives envelope " + std::string{text} +
                                             " of " + number(frame.from) + " after " +
                                             std::to_string(last.first) + " " +
                                             std::to_string(last.second));
    }
    last = sent;
  }
}

void sim_member::check_at_rest(const std::map<node_id, std::unique_ptr<sim_member>>& all) {
  const auto fail = [&](const std::string& broken) {
    around_.broken.report(around_.now, "at rest " + number(id_) + " " + broken);
  };
  if (node_.members().state() != node_state::up) fail("is not up");
  if (node_.view().nodes.size() != all.size()) fail("has a wrong view");
  for (std::uint32_t k = 0; k < sim_shards; ++k) {
    const auto& log = around_.logs[k];
    const auto& owner = node_.owners().of(shard_id{k});
    if (owner.node != log.author || owner.ownership != log.ownership) {
      fail("knows another owner of " + text(shard_id{k}));
    }
    if (serves(shard_id{k}) != (log.author == id_)) {
      fail((serves(shard_id{k}) ? "serves " : "does not serve ") + text(shard_id{k}));
    }
  }
  for (const auto& [peer, member] : all) {
    if (peer == id_) continue;
    const auto& sent = links_[peer];
    const auto& arrived = member->links_[id_].arrived;
    if (sent.pushed > 0 && arrived != std::pair{sent.breaks, sent.pushed}) {
      fail("has lost envelopes to " + number(peer));
    }
  }
}

std::string sim_member::text(shard_id shard) const {
  return "shard " + std::to_string(shard.value);
}

}  // namespace roost::cluster::sim
