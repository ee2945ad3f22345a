// SPDX-License-Identifier: Apache-2.0
// The members of one topic on one loop; writes broadcasts to them. Pure but for the sessions.
#pragma once

#include <cstdint>

#include "actors/messages/channel_serial.hpp"
#include "actors/messages/fan_out_batch.hpp"
#include "config/base/indexed_vector.hpp"
#include "net/transport/outbox.hpp"
#include "net/transport/session.hpp"

namespace roost::actors {

/// The members of one topic on one loop.
/// Owns: a session_ptr for each member. Runs on: its fan-out's loop. Ends: with its last member.
class subscribers {
 public:
  /// Adds a member. It gets all broadcasts, unless set_progress() says that it still catches up.
  void add(net::session& session, channel_serial serial, net::wire_format format);
  /// Removes a member if its channel has this serial.
  void remove(connection_id connection, channel_serial serial);
  /// `is_live`: the member has all missed events and gets broadcast events. `has_side_state`: it
  /// has the beginning of the side state and gets notifications.
  void set_progress(connection_id connection, bool is_live, bool has_side_state);
  /// Puts the message in each member's format into its outbox; returns how many members got it.
  /// Notifications fill an outbox only up to `notification_bytes_max`. A member whose outbox is
  /// fuller gets no more notifications, and restart(session, serial) is called for it.
  template <class Restart>
  std::size_t broadcast(const broadcast& broadcast, std::size_t notification_bytes_max,
                        Restart restart) {
    const auto urgency =
        size() <= small_members_max ? net::flush_class::small : net::flush_class::large;
    const auto by_format = broadcast.messages.by_format();
    std::size_t reached = 0;
    for (auto& each : members_.slots()) {
      const auto* message = by_format[each.format];
      if (!each.session || !message || each.id == broadcast.except) continue;
      if (!broadcast.is_notification()) {
        if (each.is_live && each.session->send(*message, urgency)) ++reached;
        continue;
      }
      if (!each.has_side_state || !each.session->is_open()) continue;
      const auto bytes = (*message)->size() + net::outbox::message_overhead;
      if (each.session->free_space(bytes, notification_bytes_max)) {
        if (each.session->send(*message, urgency)) ++reached;
      } else {
        each.has_side_state = false;
        restart(*each.session, each.serial);
      }
    }
    return reached;
  }
  /// Calls restart(session, serial) for every member: each must get the whole side state again.
  template <class Restart>
  void resync(Restart restart) {
    for (auto& each : members_.slots()) {
      if (!each.session || !each.session->is_open()) continue;
      each.has_side_state = false;
      restart(*each.session, each.serial);
    }
  }
  std::size_t size() const { return members_.size(); }

  /// Frames of rooms with up to this many members on the loop are flushed before those of larger
  /// rooms.
  static constexpr std::size_t small_members_max = 256;

 private:
  struct member {
    net::session_ptr session;  ///< null: the member was removed (a gap)
    connection_id id;
    channel_serial serial = 0;
    std::uint8_t format = 0;
    bool is_live = true;
    bool has_side_state = true;

    std::uint64_t key() const { return id.value; }
    bool is_gap() const { return !session; }
    void make_gap() { session = {}; }
  };

  indexed_vector<member> members_;  // in order of their joins
};

}  // namespace roost::actors
