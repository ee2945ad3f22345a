// The behaviour of a kind of room. The room (room.hpp) keeps members, order and positions; its kind
// admits members and transforms pushes.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "cluster/envelope.hpp"
#include "config/base/error.hpp"
#include "config/base/ids.hpp"
#include "config/settings.hpp"

namespace roost::actors {

/// The behaviour of one room. Pure: no actor, no clock.
/// Owns: its own state. Runs on: the room's loop. Ends: with the room, or when one of its functions
/// throws: then the members get phx_error and a new room_kind replaces it.
class room_kind {
 public:
  struct push {
    connection_id member;
    std::string_view event;
    const cluster::body& payload;
  };
  struct broadcast {
    std::string event;
    cluster::body payload;
  };

  virtual ~room_kind() = default;
  /// A member wants to join; an error refuses it.
  virtual result<void> joined(connection_id) { return {}; }
  virtual void left(connection_id) {}
  /// The event that every member gets for this push, or the reason for refusing it.
  virtual result<broadcast> pushed(const push& what) = 0;
};

/// Sends every push to every member unchanged.
class relay_kind final : public room_kind {
 public:
  result<broadcast> pushed(const push& what) override {
    return broadcast{std::string(what.event), what.payload};
  }
};

/// Creates the kind that a rule names. Tests can pass another factory.
using kind_factory = std::function<std::unique_ptr<room_kind>(const room_rule&)>;

/// The kinds that are built into the server.
inline std::unique_ptr<room_kind> make_kind(const room_rule&) {
  return std::make_unique<relay_kind>();
}

}  // namespace roost::actors
