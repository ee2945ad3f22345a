// SPDX-License-Identifier: Apache-2.0
// A seeded network for heartbeats and frames that delays, loses and duplicates them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "config/base/bytes.hpp"
#include "config/base/clock.hpp"
#include "config/base/ids.hpp"
#include "tests/fixtures/dice.hpp"

namespace roost::cluster::sim {

using roost::sim::dice;

struct network_faults {
  unsigned loss_permille = 0;
  unsigned duplicate_permille = 0;
  unsigned late_permille = 0;  ///< messages that take up to 100 ms instead of 3 ms
};

enum class message_kind : std::uint8_t { heartbeat, frame };

struct message {
  time_point due;
  std::uint64_t serial = 0;
  node_id from;
  node_id to;
  message_kind kind{};
  slice data;
};

/// Frames from one node to another stay in order, heartbeats do not. Of the heartbeats from one
/// node to another at most two in a row are lost: with more, a node may be taken for gone.
/// Owns: the messages in flight. Runs on: the simulation's thread. Ends: any time.
class view_network {
 public:
  explicit view_network(dice random) : random_(random) {}
  network_faults faults;
  std::uint64_t spread_ms = 3;  ///< 1: all messages are equally fast, so none overtakes another

  /// Returns how many copies are under way.
  std::size_t send(message sent, time_point now) {
    if (is_lost(sent)) return 0;
    const bool is_twice = random_.chance(faults.duplicate_permille);
    if (is_twice) carry(sent, now);
    carry(std::move(sent), now);
    return is_twice ? 2 : 1;
  }
  /// The next message that has arrived by `now`.
  std::optional<message> next(time_point now) {
    if (in_flight_.empty() || in_flight_.top().due > now) return std::nullopt;
    auto out = in_flight_.top();
    in_flight_.pop();
    return out;
  }

 private:
  struct later {
    bool operator()(const message& a, const message& b) const {
      return std::pair{a.due, a.serial} > std::pair{b.due, b.serial};
    }
  };
  struct path {
    unsigned lost_in_a_row = 0;
    time_point last_frame;
  };

  bool is_lost(const message& sent) {
    if (!random_.chance(faults.loss_permille)) {
      paths_[{sent.from, sent.to}].lost_in_a_row = 0;
      return false;
    }
    if (sent.kind == message_kind::frame) return true;
    return ++paths_[{sent.from, sent.to}].lost_in_a_row <= 2;
  }
  void carry(message sent, time_point now) {
    const auto delay = random_.below(random_.chance(faults.late_permille) ? 100 : spread_ms);
    sent.due = now + milliseconds(1 + delay);
    sent.serial = ++serial_;
    if (sent.kind == message_kind::frame) {
      auto& last = paths_[{sent.from, sent.to}].last_frame;
      last = sent.due = std::max(last, sent.due);
    }
    in_flight_.push(std::move(sent));
  }

  dice random_;
  std::uint64_t serial_ = 0;
  std::map<std::pair<node_id, node_id>, path> paths_;
  std::priority_queue<message, std::vector<message>, later> in_flight_;
};

}  // namespace roost::cluster::sim
