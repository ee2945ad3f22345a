// SPDX-License-Identifier: Apache-2.0
// Reports the memory of a room to the metrics, and frees some of it at the node's bounds.
#pragma once

#include <cstddef>
#include <cstdint>

#include "actors/room/room.hpp"
#include "config/schema/settings.hpp"
#include "config/telemetry/metrics.hpp"

namespace roost::actors {

class empty_rooms;

/// The memory account of one room.
/// Owns: the amounts that it has added to the gauges; close() subtracts them. Runs on: the room's
/// loop. Ends: with the room's actor, after close().
class room_account {
 public:
  using limits = settings::limit_settings;
  room_account(metrics& probe, empty_rooms& empty) : probe_(probe), empty_(empty) {}

  /// Called before a command: the memory that one member may take in presence.
  std::size_t member_bytes_max(const limits& bounds);
  /// Called after a command: updates the gauges, and frees memory if the node is over a bound.
  /// True: the room's history was shortened.
  bool settle(room& room, const limits& bounds);
  /// Subtracts the room from the gauges when it ends.
  void close();
  std::size_t history_bytes() const { return history_; }

 private:
  void report(const room& room);
  void report_history(std::size_t bytes);
  void report_held(const room_bytes& held);
  bool shorten_history(room& room, std::size_t gained, const limits& bounds);
  void evict_values(room& room, std::size_t gained, const limits& bounds);
  double held_by_all() const;

  metrics& probe_;
  empty_rooms& empty_;
  std::size_t history_ = 0;
  room_bytes held_;
};

}  // namespace roost::actors
