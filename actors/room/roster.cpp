#include "actors/room/roster.hpp"

#include <algorithm>

namespace roost::actors {

std::vector<roster::member>::iterator roster::find(connection_id who) {
  return std::lower_bound(members_.begin(), members_.end(), who,
                          [](const member& m, connection_id id) { return m.id < id; });
}

void roster::attach(net::session& who, channel_serial serial, net::wire_format format,
                    bool is_live) {
  member next{net::session_ptr(&who),
              who.id(),
              serial,
              static_cast<std::uint8_t>(format.index()),
              is_live,
              false};
  auto it = find(who.id());
  if (it == members_.end() || it->id != who.id()) {
    members_.insert(it, std::move(next));
    return;
  }
  if (!it->link) --gone_;
  next.is_behind = it->link && it->serial == serial && it->is_behind;
  *it = std::move(next);
}

void roster::set_behind(connection_id who, bool is_behind) {
  auto it = find(who);
  if (it != members_.end() && it->id == who) it->is_behind = is_behind;
}

void roster::detach(connection_id who, channel_serial serial) {
  auto it = find(who);
  if (it == members_.end() || it->id != who || it->serial != serial || !it->link) return;
  it->link = {};
  ++gone_;
  // Closing gaps costs the length of the list, so it waits until half of it is gaps: a storm of
  // leaves in a huge room stays linear.
  if (gone_ * 2 > members_.size()) close_gaps();
}

void roster::close_gaps() {
  std::erase_if(members_, [](const member& m) { return !m.link; });
  gone_ = 0;
  if (members_.capacity() > 2 * members_.size()) members_.shrink_to_fit();
}

}  // namespace roost::actors
