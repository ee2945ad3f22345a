// SPDX-License-Identifier: Apache-2.0
// Output commit: the events of a room wait until the records before them are stored. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "actors/runtime/fifo.hpp"
#include "cluster/envelope.hpp"

namespace roost::actors {

/// Memory of a held event, in bytes. Of the events in a page or answer only the pointers count.
std::size_t output_bytes(const cluster::event& event);

/// Holds the events of a durable room, in order, until the records before them are stored.
/// Owns: the events that wait. Runs on: the room's loop. Ends: with its room; when the room's shard
/// is fenced, the events that still wait are dropped.
///
/// Records that are sent to the shard together get one ticket: 1, 2, 3, … The shard stores them in
/// this order. An event waits for the newest ticket at the time of hold(); while no ticket is
/// outstanding, events do not wait and need not be held.
class commit_queue {
 public:
  static constexpr std::size_t events_max = 4'096;
  static constexpr std::size_t bytes_max = 4'194'304;

  /// The ticket of records that are sent to the shard now.
  std::uint64_t add_ticket() { return ++newest_; }
  std::uint64_t newest_ticket() const { return newest_; }
  /// Whether an event must wait.
  bool is_waiting() const { return stored_ < newest_; }
  void hold(cluster::event_ptr event);
  /// Over the bound the room takes only leaves. Answers to commands that it has applied or refused
  /// may still be held; an edge sends only so many without an answer (edge/pending_requests.hpp).
  bool is_full() const { return held_.size() >= events_max || bytes_ >= bytes_max; }
  /// The records up to this ticket are stored: passes the events that waited for them to
  /// `release(cluster::event_ptr&&)`, in order. Constant time for each event.
  template <class Release>
  void stored(std::uint64_t ticket, Release release) {
    stored_ = std::max(stored_, std::min(ticket, newest_));
    while (!held_.empty() && held_.front().ticket <= stored_) {
      auto event = std::move(held_.front().event);
      bytes_ -= held_.front().bytes;
      held_.pop_front();
      release(std::move(event));
    }
  }
  std::size_t size() const { return held_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct held {
    std::uint64_t ticket = 0;
    std::size_t bytes = 0;
    cluster::event_ptr event;
  };
  std::uint64_t newest_ = 0;
  std::uint64_t stored_ = 0;
  fifo<held> held_;
  std::size_t bytes_ = 0;
};

}  // namespace roost::actors
