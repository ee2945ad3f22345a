#include "actors/room/roster.hpp"

#include <utility>

namespace roost::actors {

void roster::attach(net::session& who, channel_serial serial, net::wire_format format,
                    bool is_live) {
  member next{net::session_ptr(&who),
              who.id(),
              serial,
              static_cast<std::uint8_t>(format.index()),
              is_live,
              false};
  auto* found = members_.find(next.key());
  if (!found) {
    members_.add(std::move(next));
    return;
  }
  next.is_behind = found->serial == serial && found->is_behind;
  *found = std::move(next);
}

void roster::set_behind(connection_id who, bool is_behind) {
  if (auto* found = members_.find(who.value)) found->is_behind = is_behind;
}

void roster::detach(connection_id who, channel_serial serial) {
  auto* found = members_.find(who.value);
  if (found && found->serial == serial) members_.erase(*found);
}

}  // namespace roost::actors
