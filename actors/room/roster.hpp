// The members of one topic on one loop, and how a frame reaches them. Pure but for the sessions.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "actors/messages.hpp"
#include "net/transport/session.hpp"

namespace roost::actors {

/// Owns: a session_ptr a member. Runs on: its fan-out's loop. Ends: with its last member.
class roster {
 public:
  void attach(net::session& who, channel_serial serial, net::wire_format format);
  /// Only the channel of that serial.
  void detach(connection_id who, channel_serial serial);
  /// Puts the frame of each member's format into its outbox; the number of members that got it.
  std::size_t broadcast(const std::array<net::frame_ptr, net::wire_format::count>& frames,
                        connection_id except);
  std::size_t size() const { return members_.size() - gone_; }

  /// A room of up to so many members on a loop is flushed before larger ones.
  static constexpr std::size_t small_members_max = 256;

 private:
  struct member {
    net::session_ptr link;  ///< null: gone, its place not yet reused
    connection_id id;
    channel_serial serial = 0;
    std::uint8_t format = 0;
  };
  std::vector<member>::iterator find(connection_id who);
  void close_gaps();

  std::vector<member> members_;  // by id: loops hand out ids in order, so this is mostly an append
  std::size_t gone_ = 0;
};

}  // namespace roost::actors
