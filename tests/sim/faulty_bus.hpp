// SPDX-License-Identifier: Apache-2.0
// A seeded bus between simulated nodes that delays, loses and duplicates messages, and whose shards
// change their owners.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
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
  /// A quarter of the commands among these is lost silently. Every other loss breaks the link
  /// between the two nodes: what is on its way between them is lost, too.
  unsigned loss_permille = 0;
  unsigned duplicates_permille = 0;  ///< more than cluster/bus.hpp allows
};

/// The network between the nodes' buses. Owns: the messages in flight. Runs on: the simulation's
/// thread. Ends: after the buses and nodes.
///
/// There is one shard for each node, which owns it at first. All messages of one subject (an edge's
/// commands for a topic, a topic's events at a node) stay in order.
class faulty_network {
 public:
  /// An owner stops waiting for edges that may attach after this time.
  static constexpr std::chrono::milliseconds attach_max{2'000};

  faulty_network(const tests::virtual_time& time, dice random, bus_faults faults,
                 std::size_t nodes);
  /// Creates a node's bus; `handler` must live as long as messages are delivered.
  std::unique_ptr<cluster::bus> join(std::size_t node, node_id self, cluster::bus_handler& handler);
  /// Delivers one message that is due. False: no message is due.
  bool deliver_one();
  /// When the next message is due; time_point::max(): no message is in flight.
  time_point next_due() const;
  /// Ends all faults, and shortens the delay of messages in flight to at most `delay_max`.
  void heal();

  /// The node owns the shard from now on, by this ownership; the nodes hear of it later.
  void own(std::size_t node, cluster::shard_id shard, std::uint64_t ownership);
  /// The next ownership of a shard goes to this node.
  void move(cluster::shard_id shard, std::size_t to) {
    own(to, shard, owners_[shard.value].ownership + 1);
  }
  /// Loses what is on its way between two nodes; both hear of it later.
  void break_link(std::size_t a, std::size_t b);
  /// The other nodes no longer have this one in their view.
  void leave(std::size_t node);

  std::size_t shards() const { return owners_.size(); }
  cluster::shard_id shard_of(const topic& topic) const;
  std::size_t owner_of(const topic& topic) const { return owners_[shard_of(topic).value].node; }
  std::uint64_t published() const { return published_; }
  std::uint64_t lost() const { return lost_; }
  /// Messages that were lost because their link had broken, or had a former owner as receiver.
  std::uint64_t lost_after() const { return lost_after_; }
  std::uint64_t breaks() const { return breaks_; }
  std::uint64_t duplicated() const { return duplicated_; }
  /// Sends bytes to a node that need not be an envelope.
  void inject(std::size_t node, slice bytes) {
    schedule({"injected", node}, {node, node, std::move(bytes)});
  }
  /// Messages that could not be decoded, by reason.
  const std::map<cluster::wire::wire_error, std::uint64_t>& dropped() const { return dropped_; }

 private:
  class port;
  /// An envelope, or a report to a handler.
  struct message {
    std::size_t from = 0;
    std::size_t to = 0;
    slice envelope;
    std::function<void()> report = {};
    bool is_on_link = true;  ///< lost when the link breaks
  };
  struct owner {
    std::size_t node = 0;
    std::uint64_t ownership = 1;
    std::set<std::size_t> waits_for = {};  ///< nodes whose edges may still attach
  };
  struct side {
    node_id id;
    cluster::bus_handler* handler = nullptr;
    bool has_left = false;
    std::vector<cluster::announced_owner> known = {};  ///< by shard
    time_point known_at = {};           ///< when the last change of owners is heard here
    std::set<std::size_t> broken = {};  ///< links whose break is not heard here yet
  };
  using subject = std::pair<std::string, std::uint64_t>;

  result<void> publish(std::size_t from, cluster::command command);
  void publish(std::size_t from, const cluster::event_ptr& event, std::span<const node_id> nodes);
  void send(const subject& on, const message& sent, bool may_vanish);
  void schedule(const subject& on, message sent, time_point not_before = {});
  void report(std::size_t node, std::function<void()> call);
  void finish_attaching(std::size_t node, cluster::shard_id shard, std::uint64_t ownership);
  void attached(std::size_t node, cluster::shard_id shard, std::uint64_t ownership);
  bool is_wanted(const message& sent) const;
  time_point due_on(const subject& on, time_point not_before);

  const tests::virtual_time& time_;
  dice random_;
  bus_faults faults_;
  std::vector<side> sides_;
  std::vector<owner> owners_;                                          // by shard
  std::map<std::pair<time_point, std::uint64_t>, message> in_flight_;  // by due time and serial
  std::map<subject, time_point> last_due_;
  std::map<std::size_t, time_point> last_due_from_;  // commands, by node
  std::uint64_t published_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t lost_after_ = 0;
  std::uint64_t breaks_ = 0;
  std::uint64_t duplicated_ = 0;
  std::map<cluster::wire::wire_error, std::uint64_t> dropped_;
  std::uint64_t serial_ = 0;
};

}  // namespace roost::sim
