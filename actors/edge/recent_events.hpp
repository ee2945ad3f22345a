// SPDX-License-Identifier: Apache-2.0
// The recent events of an edge, kept while a member may need them to catch up. Pure.
#pragma once

#include <cstddef>

#include "actors/runtime/fifo.hpp"
#include "cluster/event.hpp"

namespace roost::actors {

/// A bounded buffer of recent events with consecutive offsets; the head is the edge's position.
/// Owns: references to the events. Runs on: the caller's thread (always the same one).
/// Ends: with its edge.
class recent_events {
 public:
  static constexpr std::size_t events_max = 64;
  static constexpr std::size_t bytes_max = 262'144;

  /// Drops all events and sets the position; the next event is head + 1.
  void restart(offset head);
  void push(cluster::event_ptr event);
  /// Advances the head past the event at `at` without keeping that event, and drops all others.
  void skip(offset at);
  /// Drops the events held; the position stays.
  void clear();
  offset head() const { return head_; }
  /// Null if the event is not held.
  cluster::event_ptr find(offset at) const;
  std::size_t size() const { return events_.size(); }
  /// Memory of the events held, in bytes.
  std::size_t bytes() const { return bytes_; }

 private:
  struct held {
    cluster::event_ptr event;
    std::size_t bytes = 0;  // kept so that dropping an event does not read its cold memory
  };
  void drop_oldest();
  fifo<held> events_;
  std::size_t bytes_ = 0;
  offset head_;
};

}  // namespace roost::actors
