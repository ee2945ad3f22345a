// What kinds of rooms differ in. The owner (room.hpp) keeps members, order and positions; a kind
// only says what becomes of a push.
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

/// One room's behaviour. Pure: no actor, no clock. Owns: the room's own state. Runs on: the room's
/// loop. Ends: with the room, or when one of its calls threw: then the members are told
/// (phx_error) and a fresh one takes its place.
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
  /// A member asks to come in; an error refuses it.
  virtual result<void> joined(connection_id) { return {}; }
  virtual void left(connection_id) {}
  /// What every member gets for this push, or why not.
  virtual result<broadcast> pushed(const push& what) = 0;
};

/// Every event pushed by a member goes to every member as it came.
class relay_kind final : public room_kind {
 public:
  result<broadcast> pushed(const push& what) override {
    return broadcast{std::string(what.event), what.payload};
  }
};

/// Makes the kind that a rule names. Main and tests give their own list.
using kind_factory = std::function<std::unique_ptr<room_kind>(const room_rule&)>;

/// The kinds that come with the server.
inline std::unique_ptr<room_kind> make_kind(const room_rule&) {
  return std::make_unique<relay_kind>();
}

}  // namespace roost::actors
