// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/faulty_bus.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "tests/sim/envelope_bytes.hpp"

namespace roost::sim {

/// The bus of one node. Owns: nothing. Runs on: the simulation's thread. Ends: with its node.
class faulty_network::port final : public cluster::bus {
 public:
  port(faulty_network& all, std::size_t node) : all_(all), node_(node) {}
  result<void> publish(cluster::command&& command) override {
    all_.publish(std::move(command));
    return {};
  }
  result<void> publish(const cluster::event_ptr& event) override {
    all_.publish(event);
    return {};
  }
  void subscribe(const topic& topic) override { ++subscriptions()[topic.name]; }
  void unsubscribe(const topic& topic) override {
    const auto it = subscriptions().find(topic.name);
    if (it != subscriptions().end() && --it->second == 0) subscriptions().erase(it);
  }
  bool may_lose() const override { return all_.may_lose_; }

 private:
  std::map<std::string, unsigned>& subscriptions() { return all_.sides_[node_].subscriptions; }
  faulty_network& all_;
  std::size_t node_;
};

faulty_network::faulty_network(const tests::virtual_time& time, dice random, bus_faults faults,
                               std::size_t nodes)
    : time_(time), random_(random), faults_(faults), may_lose_(faults.may_lose()), sides_(nodes) {}

std::unique_ptr<cluster::bus> faulty_network::join(std::size_t node,
                                                   cluster::bus_handler& handler) {
  sides_[node].handler = &handler;
  return std::make_unique<port>(*this, node);
}

std::size_t faulty_network::owner_of(const topic& topic) const {
  return keyed_hash{}(topic.name) / 7 % sides_.size();  // independent of the loop within a node
}

void faulty_network::publish(cluster::command command) {
  ++published_;
  const auto& edge = command.id.edge;
  const auto from = edge.node.value * 1'000'003 + edge.incarnation;
  const auto owner = owner_of(command.topic);
  send({"c " + command.topic.name, from}, {owner, bytes_of(command)});
}

void faulty_network::publish(const cluster::event_ptr& event) {
  ++published_;
  const auto bytes = bytes_of(*event);
  for (std::size_t node = 0; node < sides_.size(); ++node) {
    if (!sides_[node].subscriptions.contains(event->topic->name)) continue;
    send({"e " + event->topic->name, node}, {node, bytes});
  }
}

void faulty_network::send(const subject& on, const message& sent) {
  if (random_.chance(faults_.loss_permille)) {
    ++lost_;
    return;
  }
  schedule(on, sent);
  if (!random_.chance(faults_.duplicates_permille)) return;
  ++duplicated_;
  schedule(on, sent);
}

void faulty_network::schedule(const subject& on, message sent) {
  in_flight_.emplace(std::pair{due_on(on), ++serial_}, std::move(sent));
}

time_point faulty_network::due_on(const subject& on) {
  const auto delay_us_max = static_cast<std::uint64_t>(faults_.delay_max.count());
  auto delay_us = random_.between(0, delay_us_max);
  if (random_.chance(faults_.late_permille)) delay_us *= 100;
  auto due = time_.now() + std::chrono::microseconds(delay_us);
  if (faults_.reorders_within) return due;
  auto& last = last_due_[on];
  return last = std::max(last, due);
}

bool faulty_network::deliver_one() {
  if (next_due() > time_.now()) return false;
  auto taken = std::move(in_flight_.extract(in_flight_.begin()).mapped());
  const auto why = deliver(std::move(taken.envelope), *sides_[taken.to].handler);
  if (why != cluster::wire::wire_error::none) ++dropped_[why];
  return true;
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
