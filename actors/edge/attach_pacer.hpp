// SPDX-License-Identifier: Apache-2.0
// Lets the edges of a node attach in turn, so that they do not fill the link with an owner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>

#include "config/base/ids.hpp"

namespace roost::actors {

/// Bounds for the edges of a node that attach to one owner at the same time.
struct attach_limits {
  std::size_t edges_max = 256;  ///< without an answer; an owner also loads 256 rooms at once
  /// Bytes of their attaches: about one frame of a link, so that other commands for the owner wait
  /// for one frame only. A single edge may exceed it.
  std::size_t bytes_max = 524'288;
};

/// A window of unanswered attaches for each owner. Edges wait in the order in which they ask. A
/// turn lasts until end(): the owner has answered, or the edge has given up. The number of waiting
/// edges does not change the time of a call. Owns: no edge. Runs on: any thread.
/// Ends: after the edges.
class attach_pacer {
 public:
  /// The place of an edge. Owns: nothing. Runs on: the edge's loop, but begin() on any thread.
  /// Ends: after end().
  class turn {
   public:
    turn() = default;
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;
    virtual ~turn() = default;
    node_id owner() const { return owner_; }

   private:
    friend attach_pacer;
    /// Called once, also inside ask(). Must not call the pacer.
    virtual void begin() = 0;

    node_id owner_;
    std::size_t bytes_ = 0;
    bool has_begun_ = false;
    std::list<turn*>::iterator at_;  // until it has begun
  };

  explicit attach_pacer(const attach_limits& limits) : limits_(limits) {}

  /// Asks for a turn to attach to this owner. `bytes`: the most that the edge sends at once. Call
  /// end() once for each ask().
  void ask(turn& of, node_id owner, std::size_t bytes);
  void end(turn& of);
  /// How many turns have begun.
  std::uint64_t begun() const;
  /// No edge attaches or waits.
  bool is_idle() const;

 private:
  struct window {
    std::size_t edges = 0;
    std::size_t bytes = 0;
    std::list<turn*> waiting;
  };
  void begin_next(window& at);

  const attach_limits limits_;
  mutable std::mutex lock_;
  std::uint64_t begun_ = 0;
  std::map<node_id, window> windows_;  // of owners to which edges attach now
};

}  // namespace roost::actors
