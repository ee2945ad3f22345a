// SPDX-License-Identifier: Apache-2.0
// The network of several nodes in one process, which can be cut, slowed and restarted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "cluster/links/node_network.hpp"
#include "tests/cluster/view/sim/view_network.hpp"

namespace roost::cluster::tests {

/// Owns: the messages under way. Runs on: one thread, with all its nodes. Ends: after them.
class memory_network {
 public:
  explicit memory_network(std::uint64_t seed = 1) : carried_(sim::dice{seed}) {}

  /// The network as this node sees it, from now on.
  node_network& join(node_id node) {
    return *nodes_.emplace(node, std::make_unique<endpoint>(*this, node)).first->second;
  }
  /// The messages for the node go to its handler.
  void listen(node_id node, network_handler& handler) { nodes_.at(node)->handler = &handler; }
  void leave(node_id node) { nodes_.erase(node); }

  /// Brings what has arrived by `now`, which is also the time of everything that is sent next.
  void deliver(time_point now) {
    now_ = now;
    while (auto next = carried_.next(now)) {
      if (next->kind == sim::message_kind::frame) take_from_buffer(next->from);
      const auto to = nodes_.find(next->to);
      if (to == nodes_.end() || is_cut(next->from, next->to)) continue;
      auto& waiting = to->second->waiting;
      if (to->second->is_paused && waiting.size() < waiting_max) {
        waiting.push_back(std::move(*next));
      } else if (!to->second->is_paused) {
        to->second->hand_in(*next, now);
      }
    }
  }

  // Faults.
  sim::network_faults& faults() { return carried_.faults; }
  void set_spread_ms(std::uint64_t spread_ms) { carried_.spread_ms = spread_ms; }
  /// Nothing gets from one node to the other.
  void cut(node_id from, node_id to) { cuts_.insert({from, to}); }
  /// The node hears nothing, itself included, or nothing that it sends gets anywhere.
  void cut_from_all(node_id node) { mute_.insert(node); }
  void deafen(node_id node) { deaf_.insert(node); }
  void mend() {
    cuts_.clear();
    mute_.clear();
    deaf_.clear();
  }
  /// The connection for frames is lost; heartbeats go on.
  void disconnect(node_id node) {
    auto& at = *nodes_.at(node);
    if (std::exchange(at.is_connected, false)) at.handler->connection_lost();
  }
  void reconnect(node_id node) {
    auto& at = *nodes_.at(node);
    if (!std::exchange(at.is_connected, true)) at.handler->connection_back();
  }
  /// The process of the node stands still. Then it finds what arrived meanwhile.
  void pause(node_id node) { nodes_.at(node)->is_paused = true; }
  void resume(node_id node, time_point now) {
    auto& at = *nodes_.at(node);
    at.is_paused = false;
    for (const auto& each : std::exchange(at.waiting, {})) at.hand_in(each, now);
  }
  /// Frames of this node wait in its links, as if its buffer was full.
  void block(node_id node, bool is_blocked) { nodes_.at(node)->is_blocked = is_blocked; }
  /// The next frames of this node are refused although it was writable.
  void refuse_frames(node_id node, unsigned count) { nodes_.at(node)->refused = count; }
  /// The next frames from one node to the other are lost.
  void lose_frames(node_id from, node_id to, unsigned count) { lost_[{from, to}] = count; }

  const slice& last_frame(node_id from, node_id to) { return last_frames_[{from, to}]; }
  std::size_t frames_sent() const { return frames_sent_; }

 private:
  struct endpoint final : node_network {
    endpoint(memory_network& all, node_id node) : network(all), self(node) {}
    void publish_heartbeat(const slice& heartbeat) override {
      for (const auto& [to, node] : network.nodes_) {
        network.carry(self, to, sim::message_kind::heartbeat, heartbeat);
      }
    }
    bool is_writable() const override {
      return is_connected && !is_blocked && in_buffer < buffer_frames_max;
    }
    bool send_frame(node_id to, const slice& frame) override {
      if (refused > 0) {
        --refused;
        return false;
      }
      if (!is_connected || in_buffer >= 2 * buffer_frames_max) return false;
      ++network.frames_sent_;
      network.last_frames_[{self, to}] = frame;
      if (auto& left = network.lost_[{self, to}]; left > 0) {
        --left;
        return true;
      }
      network.carry(self, to, sim::message_kind::frame, frame);
      return true;
    }
    void hand_in(const sim::message& arrived, time_point now) {
      if (!handler) return;
      if (arrived.kind == sim::message_kind::heartbeat) {
        handler->heartbeat_arrived(arrived.data, now);
      } else if (is_connected) {
        handler->frame_arrived(arrived.data, now);
      }
    }
    memory_network& network;
    node_id self;
    network_handler* handler = nullptr;
    bool is_connected = true;
    bool is_blocked = false;
    bool is_paused = false;
    std::vector<sim::message> waiting;  // while it is paused
    unsigned refused = 0;
    std::size_t in_buffer = 0;  // frames under way
  };
  // A slow network makes links wait; a node may send one frame to each other when it is writable.
  static constexpr std::size_t buffer_frames_max = 64;
  static constexpr std::size_t waiting_max = 10'000;

  bool is_cut(node_id from, node_id to) const {
    return cuts_.contains({from, to}) || mute_.contains(from) || deaf_.contains(to);
  }
  void carry(node_id from, node_id to, sim::message_kind kind, const slice& data) {
    if (is_cut(from, to)) return;
    const auto copies = carried_.send({{}, 0, from, to, kind, data}, now_);
    if (kind == sim::message_kind::frame) nodes_.at(from)->in_buffer += copies;
  }
  void take_from_buffer(node_id from) {
    const auto at = nodes_.find(from);
    if (at != nodes_.end() && at->second->in_buffer > 0) --at->second->in_buffer;
  }

  sim::view_network carried_;
  time_point now_;
  std::map<node_id, std::unique_ptr<endpoint>> nodes_;
  std::set<std::pair<node_id, node_id>> cuts_;
  std::set<node_id> mute_;
  std::set<node_id> deaf_;
  std::map<std::pair<node_id, node_id>, unsigned> lost_;
  std::map<std::pair<node_id, node_id>, slice> last_frames_;
  std::size_t frames_sent_ = 0;
};

}  // namespace roost::cluster::tests
