// SPDX-License-Identifier: Apache-2.0
// The behaviour of a kind of room. The room (room.hpp) keeps members, order and positions; its
// handler decides what a push does.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "actors/room/room_context.hpp"
#include "config/base/payload.hpp"
#include "config/schema/settings.hpp"

namespace roost::actors {

/// The behaviour of one room (docs/room-handlers.md). Pure: no actor, no clock; time and random
/// numbers come from the context, and the effects are recorded there.
/// In a durable room a later owner makes a new handler, which gets restore() and replay(). So the
/// state is the last snapshot and the events broadcast since: a change that broadcast nothing is
/// lost if the owner dies before its next snapshot.
/// Owns: its own state. Runs on: the room's loop, one call at a time. Ends: with the room, or when
/// one of its functions throws: then the call has no effect, the members get phx_error, and a new
/// handler without members replaces it.
class room_handler {
 public:
  /// A push of a member, or a publish of the server API. Valid during the call.
  struct message {
    std::string_view event;
    const roost::payload& payload;
  };

  virtual ~room_handler() = default;
  /// A member joins; it is in the context's list already. `meta`: the text of a JSON object, or
  /// empty. A member that is in already may join again. refuse() keeps it out, and on_leave follows
  /// only if it was in.
  virtual void on_join(room_context&, const room_member&, std::string_view /*meta*/) {}
  /// A member has left, lost its connection, or was kicked.
  virtual void on_leave(room_context&, const room_member&) {}
  virtual void on_message(room_context& context, const room_member& sender,
                          const message& pushed) = 0;
  /// The interval that was given to tick_every() has passed.
  virtual void on_tick(room_context&) {}
  /// The handler's state as text or bytes of any form, to be stored in a durable room; empty: none.
  virtual std::string snapshot() const { return {}; }
  /// Called first and at most once, with the text of an earlier snapshot(), perhaps of another
  /// version of the program. Nobody is a member yet: members that are still connected join again.
  virtual void restore(std::string_view /*state*/) {}
  /// Called after restore() for each event that the room has broadcast since that snapshot, in
  /// order.
  virtual void replay(const message& /*event*/) {}
  /// True: the handler keeps no state. Then the room keeps no list of members for it, calls neither
  /// on_join nor on_leave, and may end as soon as it is empty.
  virtual bool is_stateless() const { return false; }
};

/// Creates the handler of the kind that a rule names. Tests and programs with room kinds of their
/// own pass another factory.
using handler_factory = std::function<std::unique_ptr<room_handler>(const room_rule&)>;

}  // namespace roost::actors
