// SPDX-License-Identifier: Apache-2.0
// The behaviour of a kind of room. The room (room.hpp) keeps members, order and positions; its
// handler admits members and transforms pushes.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "cluster/envelope.hpp"
#include "config/base/error.hpp"
#include "config/base/ids.hpp"
#include "config/schema/settings.hpp"

namespace roost::actors {

/// The behaviour of one room. Pure: no actor, no clock.
/// Owns: its own state. Runs on: the room's loop. Ends: with the room, or when one of its functions
/// throws: then the members get phx_error and a new room_handler replaces it.
class room_handler {
 public:
  struct message {
    connection_id member;
    std::string_view event;
    const roost::payload& payload;
  };
  struct broadcast {
    std::string event;
    roost::payload payload;
  };

  virtual ~room_handler() = default;
  /// A member wants to join; an error refuses it.
  virtual result<void> on_join(connection_id) { return {}; }
  virtual void on_leave(connection_id) {}
  /// The event that every member gets for this push, or the reason for refusing it.
  virtual result<broadcast> on_message(const message& pushed) = 0;
};

/// Creates the handler of the kind that a rule names. Tests can pass another factory.
using handler_factory = std::function<std::unique_ptr<room_handler>(const room_rule&)>;

}  // namespace roost::actors
