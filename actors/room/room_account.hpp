// What a room holds, in the metrics of its node, and what it gives up at the bounds of the node.
#pragma once

#include <cstddef>
#include <cstdint>

#include "actors/room/room.hpp"
#include "config/base/metrics.hpp"
#include "config/settings.hpp"

namespace roost::actors {

class empty_rooms;

/// Owns: what it has told the metrics, and takes it back at its end. Runs on: the room's loop.
/// Ends: with the room's actor, after close().
class room_account {
 public:
  using limits = settings::limit_settings;
  room_account(metrics& probe, empty_rooms& empty) : probe_(probe), empty_(empty) {}

  /// Before a command: how large a member may be in presence.
  std::size_t member_bytes_max(const limits& bounds);
  /// After one: tells what the room holds now. True: it had to give up history, by which it was not
  /// evicted.
  bool settle(room& of, const limits& bounds);
  /// The room holds nothing any more.
  void close();
  std::size_t history_bytes() const { return history_; }

  /// Events of histories and rings over their bound.
  static std::int64_t events_excess(const metrics& probe, const limits& bounds);

 private:
  void tell(const room& of);
  void tell_history(std::size_t bytes);
  void tell_held(const room_bytes& held);
  bool shorten_history(room& of, std::size_t gained, const limits& bounds);
  void forget_values(room& of, std::size_t gained, const limits& bounds);
  double held_by_all() const;

  metrics& probe_;
  empty_rooms& empty_;
  std::size_t history_ = 0;
  room_bytes held_;
};

}  // namespace roost::actors
