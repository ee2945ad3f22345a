// The members of one topic on one loop, and how a frame reaches them. Pure but for the sessions.
#pragma once

#include <cstdint>

#include "actors/indexed_vector.hpp"
#include "actors/messages.hpp"
#include "actors/room/backlog.hpp"
#include "net/transport/session.hpp"

namespace roost::actors {

/// Owns: a session_ptr a member. Runs on: its fan-out's loop. Ends: with its last member.
class roster {
 public:
  /// `is_live`: it gets ordered events too; else only the others, as it is still catching up.
  void attach(net::session& who, channel_serial serial, net::wire_format format,
              bool is_live = true);
  /// Only the channel of that serial.
  void detach(connection_id who, channel_serial serial);
  /// What is for this member has to wait behind what waits already.
  void set_behind(connection_id who, bool is_behind);
  /// Puts the frame of each member's format into its outbox, or gives it to `late` (link, serial,
  /// frame) where the member is behind, which says whether it is; the number of members that got
  /// it.
  template <class Late>
  std::size_t broadcast(const cast& what, Late late) {
    const auto urgency =
        size() <= small_members_max ? net::flush_class::small : net::flush_class::large;
    std::size_t reached = 0;
    for (auto& each : members_.slots()) {
      const auto& frame = what.frames[each.format];
      if (!each.link || !frame || each.id == what.except) continue;
      if (what.is_ordered && !each.is_live) continue;
      if (each.is_behind || (what.is_paged && !backlog::fits(*frame, *each.link))) {
        each.is_behind = late(*each.link, each.serial, frame);
      } else if (each.link->send(frame, urgency)) {
        ++reached;
      }
    }
    return reached;
  }
  std::size_t size() const { return members_.size(); }

  /// A room of up to so many members on a loop is flushed before larger ones.
  static constexpr std::size_t small_members_max = 256;

 private:
  struct member {
    net::session_ptr link;  ///< null: gone
    connection_id id;
    channel_serial serial = 0;
    std::uint8_t format = 0;
    bool is_live = true;
    bool is_behind = false;

    std::uint64_t key() const { return id.value; }
    bool is_gap() const { return !link; }
    void make_gap() { link = {}; }
  };

  indexed_vector<member> members_;  // in the order in which they came
};

}  // namespace roost::actors
