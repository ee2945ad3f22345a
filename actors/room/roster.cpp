#include "actors/room/roster.hpp"

#include <utility>

namespace roost::actors {

void roster::attach(net::session& who, channel_serial serial, net::wire_format format) {
  member next{net::session_ptr(&who), who.id(), serial, static_cast<std::uint8_t>(format.index())};
  if (auto* found = members_.find(next.key())) {
    *found = std::move(next);
  } else {
    members_.add(std::move(next));
  }
}

void roster::set_progress(connection_id who, bool is_live, bool is_told) {
  auto* found = members_.find(who.value);
  if (!found) return;
  found->is_live = is_live;
  found->is_told = is_told;
}

void roster::detach(connection_id who, channel_serial serial) {
  auto* found = members_.find(who.value);
  if (found && found->serial == serial) members_.erase(*found);
}

}  // namespace roost::actors
