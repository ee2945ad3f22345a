// How much memory a room holds, and how it frees some.
#include <algorithm>
#include <limits>

#include "actors/room/member_name.hpp"
#include "actors/room/room.hpp"
#include "config/base/heap_bytes.hpp"

namespace roost::actors {

bool room::has_space_for(const command& member) const {
  if (member_bytes_max_ == std::numeric_limits<std::size_t>::max()) return true;
  const auto bytes = presence_.bytes_of(name_of_sender(member), member.payload.data.view());
  return bytes <= member_bytes_max_;
}

void room::forget_values(std::size_t bytes) {
  const auto values = done_before_ ? done_before_->bytes() : 0;
  if (done_before_) done_before_->shrink(values - std::min(values, bytes));
  const auto freed = values - (done_before_ ? done_before_->bytes() : 0);
  if (freed >= bytes) return;
  receipts_.shrink(receipts_.bytes() - std::min(receipts_.bytes(), bytes - freed));
}

void room::let_go() {
  history_.shrink(0);
  done_before_.reset();
  receipts_.shrink(0);
  presence_.clear();
}

room_bytes room::held() const {
  room_bytes out;
  out.presence = presence_.bytes() + flat_table_bytes(members_.size(), sizeof(cluster::member_id));
  out.idempotency = done_before_ ? done_before_->bytes() : 0;
  out.receipts = receipts_.bytes();
  out.answers = log_.bytes();
  return out;
}

}  // namespace roost::actors
