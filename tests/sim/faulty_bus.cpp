// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/faulty_bus.hpp"

#include <algorithm>
#include <utility>

#include "tests/sim/envelope_bytes.hpp"

namespace roost::sim {

using cluster::shard_id;

/// The bus of one node. Owns: nothing. Runs on: the simulation's thread. Ends: with its node.
class faulty_network::port final : public cluster::bus {
 public:
  port(faulty_network& all, std::size_t node) : all_(all), node_(node) {}
  result<void> publish(cluster::command&& command) override {
    return all_.publish(node_, std::move(command));
  }
  result<void> publish(const cluster::event_ptr& event, std::span<const node_id> nodes) override {
    all_.publish(node_, event, nodes);
    return {};
  }
  shard_id shard_of(const topic& topic) const override { return all_.shard_of(topic); }
  std::uint32_t shards() const override { return static_cast<std::uint32_t>(all_.owners_.size()); }
  cluster::announced_owner owner_of(shard_id shard) const override {
    return all_.sides_[node_].known[shard.value];
  }
  void finish_attaching(shard_id shard, std::uint64_t ownership) override {
    all_.finish_attaching(node_, shard, ownership);
  }
  bool is_attaching(shard_id shard) const override {
    const auto& of = all_.owners_[shard.value];
    return of.node == node_ && !of.waits_for.empty();
  }
  bool may_lose() const override { return true; }

 private:
  faulty_network& all_;
  std::size_t node_;
};

faulty_network::faulty_network(const tests::virtual_time& time, dice random, bus_faults faults,
                               std::size_t nodes)
    : time_(time), random_(random), faults_(faults), sides_(nodes), owners_(nodes) {
  for (std::size_t i = 0; i < nodes; ++i) owners_[i].node = i;
}

std::unique_ptr<cluster::bus> faulty_network::join(std::size_t node, node_id self,
                                                   cluster::bus_handler& handler) {
  sides_[node].id = self;
  sides_[node].handler = &handler;
  for (auto& side : sides_) {
    side.known.clear();
    for (const auto& each : owners_) side.known.push_back({sides_[each.node].id, each.ownership});
  }
  return std::make_unique<port>(*this, node);
}

shard_id faulty_network::shard_of(const topic& topic) const {
  // Independent of the loop within a node.
  return shard_id{static_cast<std::uint32_t>(keyed_hash{}(topic.name) / 7 % owners_.size())};
}

result<void> faulty_network::publish(std::size_t from, cluster::command command) {
  ++published_;
  const auto shard = shard_of(command.topic).value;
  const auto& known = sides_[from].known[shard];
  if (known.ownership != command.ownership) return errc::unavailable;
  const auto to = std::ranges::find(sides_, known.node, &side::id);
  const auto& edge = command.id.edge;
  const auto edge_number = edge.node.value * 1'000'003 + edge.incarnation;
  const subject on{"c " + command.topic.name, edge_number};
  send(on, {from, static_cast<std::size_t>(to - sides_.begin()), bytes_of(command)}, true);
  auto& last = last_due_from_[from];
  last = std::max(last, last_due_[on]);
  return {};
}

void faulty_network::publish(std::size_t from, const cluster::event_ptr& event,
                             std::span<const node_id> nodes) {
  ++published_;
  const auto bytes = bytes_of(*event);
  for (std::size_t to = 0; to < sides_.size(); ++to) {
    if (std::ranges::find(nodes, sides_[to].id) == nodes.end()) continue;
    send({"e " + event->topic->name, to}, {from, to, bytes}, false);
  }
}

/// `may_vanish`: the message may be lost without a break.
void faulty_network::send(const subject& on, const message& sent, bool may_vanish) {
  const bool has_link = sent.from != sent.to;
  if (has_link && sides_[sent.from].broken.contains(sent.to)) {
    ++lost_after_;
    return;
  }
  if (has_link && random_.chance(faults_.loss_permille)) {
    ++lost_;
    if (!may_vanish || !random_.chance(250)) break_link(sent.from, sent.to);
    return;
  }
  // Nobody gets an event of a new owner before the report of it.
  const auto not_before = may_vanish ? time_point{} : sides_[sent.to].known_at;
  schedule(on, sent, not_before);
  if (!random_.chance(faults_.duplicates_permille)) return;
  ++duplicated_;
  schedule(on, sent, not_before);
}

void faulty_network::schedule(const subject& on, message sent, time_point not_before) {
  in_flight_.emplace(std::pair{due_on(on, not_before), ++serial_}, std::move(sent));
}

time_point faulty_network::due_on(const subject& on, time_point not_before) {
  const auto delay_us_max = static_cast<std::uint64_t>(faults_.delay_max.count());
  auto delay_us = random_.between(0, delay_us_max);
  if (random_.chance(faults_.late_permille)) delay_us *= 100;
  const auto due = std::max(time_.now() + std::chrono::microseconds(delay_us), not_before);
  auto& last = last_due_[on];
  return last = std::max(last, due);
}

bool faulty_network::deliver_one() {
  if (next_due() > time_.now()) return false;
  auto taken = std::move(in_flight_.extract(in_flight_.begin()).mapped());
  if (taken.report) {
    taken.report();
    return true;
  }
  if (!is_wanted(taken)) {
    ++lost_after_;
    return true;
  }
  const auto why = deliver(std::move(taken.envelope), *sides_[taken.to].handler);
  if (why != cluster::wire::wire_error::none) ++dropped_[why];
  return true;
}

/// An owner drops commands for another ownership.
bool faulty_network::is_wanted(const message& sent) const {
  auto bytes = sent.envelope;
  const auto got = cluster::wire::take_envelope(bytes);
  const auto* command = got ? std::get_if<cluster::command>(&got.value) : nullptr;
  if (!command) return true;
  const auto& owner = owners_[shard_of(command->topic).value];
  const auto& known = sides_[sent.to].known[shard_of(command->topic).value];
  return owner.node == sent.to && owner.ownership == command->ownership &&
         known.ownership == command->ownership;
}

time_point faulty_network::next_due() const {
  return in_flight_.empty() ? time_point::max() : in_flight_.begin()->first.first;
}

void faulty_network::heal() {
  faults_ = {};
  // Keep the order in which the messages would have arrived.
  const auto soon = time_.now() + faults_.delay_max;
  decltype(in_flight_) sooner;
  for (auto& [key, sent] : in_flight_) {
    sooner.emplace(std::pair{std::min(key.first, soon), ++serial_}, std::move(sent));
  }
  in_flight_ = std::move(sooner);
  for (auto& [on, last] : last_due_) last = std::min(last, soon);
}

}  // namespace roost::sim
