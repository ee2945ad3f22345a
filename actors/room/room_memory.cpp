// SPDX-License-Identifier: Apache-2.0
// How much memory a room holds, and how it frees some.
#include <algorithm>
#include <limits>

#include "actors/room/member_name.hpp"
#include "actors/room/room.hpp"
#include "config/base/heap_bytes.hpp"

namespace roost::actors {

bool room::takes(const cluster::command& command) const {
  using cluster::is;
  if (admission_ == admission::everything || is<commands::leave>(command)) return true;
  const bool is_push = is<commands::push>(command) || is<commands::publish>(command) ||
                       is<commands::mark_read>(command);
  return admission_ == admission::no_pushes && !is_push;
}

bool room::has_space_for(const cluster::command& command) const {
  return std::visit(
      [&](const auto& kind) {
        if constexpr (requires { kind.meta; }) {
          return has_space_for(name_of_sender(command.id.sender(), kind.user), kind.meta);
        } else {
          return true;
        }
      },
      command.body);
}

bool room::has_space_for(const std::string& name, const payload& meta) const {
  if (member_bytes_max_ == std::numeric_limits<std::size_t>::max()) return true;
  return presence_.bytes_of(name, meta.data.view()) <= member_bytes_max_;
}

void room::evict_values(std::size_t bytes) {
  const auto values = idempotency_ ? idempotency_->bytes() : 0;
  if (idempotency_) idempotency_->shrink(values - std::min(values, bytes));
  const auto freed = values - (idempotency_ ? idempotency_->bytes() : 0);
  if (freed >= bytes) return;
  receipts_.shrink(receipts_.bytes() - std::min(receipts_.bytes(), bytes - freed));
}

void room::free_memory() {
  history_.shrink(0);
  idempotency_.reset();
  receipts_.shrink(0);
  presence_.clear();
}

room_bytes room::held() const {
  room_bytes out;
  out.presence = presence_.bytes() + flat_table_bytes(members_.size(), sizeof(cluster::member_id));
  out.presence += runner_.bytes();
  out.idempotency = idempotency_ ? idempotency_->bytes() : 0;
  out.receipts = receipts_.bytes();
  out.answers = deduper_.bytes();
  return out;
}

}  // namespace roost::actors
