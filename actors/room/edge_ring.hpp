// The last events that an edge has seen, while somebody may need them to catch up. Pure.
#pragma once

#include <cstddef>

#include "actors/room/fifo.hpp"
#include "cluster/envelope.hpp"

namespace roost::actors {

/// Owns: references to events with offsets that follow each other, the last being the edge's
/// position. Runs on: whoever calls it (one thread). Ends: with its edge.
class edge_ring {
 public:
  static constexpr std::size_t events_max = 64;
  static constexpr std::size_t bytes_max = 262'144;

  /// Nothing is held, and the next event is head + 1.
  void restart(offset head);
  void push(cluster::event_ptr event);
  /// The next event, which nobody will ask for.
  void skip(offset at);
  /// Drops what is held; the position stays.
  void let_go();
  offset head() const { return head_; }
  /// Null where it is not held.
  cluster::event_ptr find(offset at) const;
  std::size_t size() const { return events_.size(); }
  /// The memory of what is held.
  std::size_t bytes() const { return bytes_; }

 private:
  struct held {
    cluster::event_ptr what;
    std::size_t bytes = 0;  // so that dropping it does not fetch what it says
  };
  void drop_oldest();
  fifo<held> events_;
  std::size_t bytes_ = 0;
  offset head_;
};

}  // namespace roost::actors
