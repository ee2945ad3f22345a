#include "actors/room/roster.hpp"

#include <algorithm>

namespace roost::actors {

std::vector<roster::member>::iterator roster::find(connection_id who) {
  return std::lower_bound(members_.begin(), members_.end(), who,
                          [](const member& m, connection_id id) { return m.id < id; });
}

void roster::attach(net::session& who, channel_serial serial, net::wire_format format) {
  member next{net::session_ptr(&who), who.id(), serial, static_cast<std::uint8_t>(format.index())};
  auto it = find(who.id());
  if (it == members_.end() || it->id != who.id()) {
    members_.insert(it, std::move(next));
    return;
  }
  if (!it->link) --gone_;
  *it = std::move(next);
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

std::size_t roster::broadcast(const std::array<net::frame_ptr, net::wire_format::count>& frames,
                              connection_id except) {
  const auto urgency =
      size() <= small_members_max ? net::flush_class::small : net::flush_class::large;
  std::size_t reached = 0;
  for (auto& each : members_) {
    const auto& frame = frames[each.format];
    if (!each.link || !frame || each.id == except) continue;
    if (each.link->send(frame, urgency)) ++reached;
  }
  return reached;
}

}  // namespace roost::actors
