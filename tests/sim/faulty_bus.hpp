// SPDX-License-Identifier: Apache-2.0
// A seeded bus between simulated nodes that delays, loses, duplicates and reorders messages.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cluster/bus.hpp"
#include "cluster/wire/wire_format.hpp"
#include "config/base/bytes.hpp"
#include "tests/fixtures/dice.hpp"
#include "tests/fixtures/virtual_time.hpp"

namespace roost::sim {

/// How likely each fault is, per thousand messages.
struct bus_faults {
  std::chrono::microseconds delay_max{2'000};
  unsigned late_permille = 0;  ///< messages with a delay 100 times as long
  unsigned loss_permille = 0;
  unsigned duplicates_permille = 0;
  /// If false, the messages of one subject (an edge's commands for a topic, a topic's events at a
  /// node) stay in order, as cluster/bus.hpp promises.
  bool reorders_within = false;
  bool may_lose() const { return loss_permille > 0 || reorders_within; }
};

/// The network between the nodes' buses. Owns: the messages in flight. Runs on: the simulation's
/// thread. Ends: after the buses and nodes.
class faulty_network {
 public:
  faulty_network(const tests::virtual_time& time, dice random, bus_faults faults,
                 std::size_t nodes);
  /// Creates a node's bus; `handler` must live as long as messages are delivered.
  std::unique_ptr<cluster::bus> join(std::size_t node, cluster::bus_handler& handler);
  /// Delivers one message that is due. False: no message is due.
  bool deliver_one();
  /// When the next message is due; time_point::max(): no message is in flight.
  time_point next_due() const;
  /// Ends all faults, and shortens the delay of messages in flight to at most `delay_max`.
  void heal();

  std::size_t owner_of(const topic& topic) const;
  std::uint64_t published() const { return published_; }
  std::uint64_t lost() const { return lost_; }
  std::uint64_t duplicated() const { return duplicated_; }
  /// Sends bytes to a node that need not be an envelope.
  void inject(std::size_t node, slice bytes) {
    schedule({"injected", node}, {node, std::move(bytes)});
  }
  /// Messages that could not be decoded, by reason.
  const std::map<cluster::wire::wire_error, std::uint64_t>& dropped() const { return dropped_; }

 private:
  class port;
  struct message {
    std::size_t to = 0;
    slice envelope;
  };
  struct side {
    cluster::bus_handler* handler = nullptr;
    std::map<std::string, unsigned> subscriptions;
  };
  using subject = std::pair<std::string, std::uint64_t>;

  void publish(cluster::command command);
  void publish(const cluster::event_ptr& event);
  void send(const subject& on, const message& sent);
  void schedule(const subject& on, message sent);
  time_point due_on(const subject& on);

  const tests::virtual_time& time_;
  dice random_;
  bus_faults faults_;
  bool may_lose_;
  std::vector<side> sides_;
  std::map<std::pair<time_point, std::uint64_t>, message> in_flight_;  // by due time and serial
  std::map<subject, time_point> last_due_;
  std::uint64_t published_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t duplicated_ = 0;
  std::map<cluster::wire::wire_error, std::uint64_t> dropped_;
  std::uint64_t serial_ = 0;
};

}  // namespace roost::sim
