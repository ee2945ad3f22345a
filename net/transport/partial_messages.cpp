#include "net/transport/partial_messages.hpp"

namespace roost::net {

void partial_messages::set(place& where, holder& who, std::size_t bytes) {
  if (!where) where = lines_.insert(lines_.end(), {&who, 0});
  bytes_ += bytes;
  bytes_ -= (*where)->bytes;
  (*where)->bytes = bytes;
}

void partial_messages::clear(place& where) {
  if (!where) return;
  bytes_ -= (*where)->bytes;
  lines_.erase(*where);
  where.reset();
}

void partial_messages::keep(std::uint64_t bytes_max) {
  while (bytes_ > bytes_max && lines_.size() > 1) lines_.front().who->give_way();
}

}  // namespace roost::net
