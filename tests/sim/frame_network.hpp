// SPDX-License-Identifier: Apache-2.0
// A seeded network between the links of simulated nodes, which also breaks and is cut one way.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "cluster/links/node_network.hpp"
#include "net/loop/loop.hpp"
#include "tests/fixtures/dice.hpp"
#include "tests/fixtures/virtual_time.hpp"
#include "tests/sim/attach_check.hpp"
#include "tests/sim/faulty_bus.hpp"
#include "tests/sim/link_check.hpp"

namespace roost::sim {

/// Frames from one node to another stay in order, heartbeats do not. Checks that no link goes on
/// behind a lost frame, and that edges attach before they push. Owns: the messages in flight. Runs
/// on: the simulation's thread. Ends: after the nodes.
class frame_network {
 public:
  frame_network(const tests::virtual_time& time, dice random, const bus_faults& faults,
                std::size_t nodes, promises::findings& found);
  /// The network as this process sees it. What arrives is posted to its loop. The process is killed
  /// by ending the result.
  std::unique_ptr<cluster::node_network> join(std::size_t node, node_id self, net::loop& home,
                                              cluster::network_handler& handler);
  /// Delivers one message that is due. False: no message is due.
  bool deliver_one();
  /// When the next message is due; time_point::max(): no message is in flight.
  time_point next_due() const;

  /// Nothing gets from one node to the other, while the other way works.
  void set_cut(std::size_t from, std::size_t to, bool is_cut) { is_cut_[{from, to}] = is_cut; }
  bool is_cut(std::size_t from, std::size_t to) const;
  /// The node's connection for frames breaks, or is back; `heartbeats`: that for heartbeats, too.
  void set_connected(std::size_t node, bool is_connected, bool heartbeats = true);
  bool is_connected(std::size_t node) const { return nodes_[node].has_frames; }
  /// Everything on its way is lost.
  void drop_all() { in_flight_.clear(); }
  /// A node has taken a shard.
  void owner_began(node_id node, std::uint64_t ownership) {
    attaches_.owner_began(node, ownership);
  }
  /// Ends all faults, and shortens the delay of messages in flight to at most `delay_max`.
  void heal();

  std::uint64_t sent() const { return serial_; }
  std::uint64_t lost() const { return lost_; }
  std::uint64_t duplicated() const { return duplicated_; }
  std::uint64_t late() const { return late_; }
  std::uint64_t cut() const { return cut_off_; }

 private:
  class port;
  /// A process on the network.
  struct side {
    node_id self;
    net::loop* home = nullptr;
    cluster::network_handler* handler = nullptr;
  };
  struct node_state {
    std::weak_ptr<side> now;  // expired: no process
    bool has_frames = true;
    bool has_heartbeats = true;
  };
  struct message {
    std::size_t from = 0;
    std::size_t to = 0;
    std::weak_ptr<side> receiver;
    slice data;
    std::optional<link_check::header> frame;  // none: a heartbeat
    bool is_heartbeat() const { return !frame; }
  };
  void send(const message& sent);
  void carry(const message& sent);
  bool works(std::size_t node, bool is_heartbeat) const;

  const tests::virtual_time& time_;
  dice random_;
  bus_faults faults_;
  std::vector<node_state> nodes_;
  std::map<std::pair<std::size_t, std::size_t>, bool> is_cut_;
  std::map<std::pair<time_point, std::uint64_t>, message> in_flight_;   // by due time, serial
  std::map<std::pair<std::size_t, std::size_t>, time_point> last_due_;  // of frames
  link_check links_;
  attach_check attaches_;
  std::uint64_t serial_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t duplicated_ = 0;
  std::uint64_t late_ = 0;
  std::uint64_t cut_off_ = 0;  // sent while nothing gets there
};

}  // namespace roost::sim
