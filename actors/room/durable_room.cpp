// SPDX-License-Identifier: Apache-2.0
#include "actors/room/durable_room.hpp"

#include <caf/send.hpp>
#include <utility>

namespace roost::actors {

void durable_room::append(const caf::actor& self, std::vector<cluster::log_record>&& records) {
  if (records.empty()) return;
  has_changed = true;
  if (!has_records) return;
  caf::anon_send(shard.log, append_records{self, queue.add_ticket(), std::move(records)});
}

void durable_room::capture(const caf::actor& self, cluster::room_snapshot state) {
  has_changed = false;
  is_asked = false;
  is_storing = true;
  caf::anon_send(shard.log, captured_room{self, queue.newest_ticket(), std::move(state)});
}

void durable_room::end_when_stored(const topic& topic) {
  is_ending = true;
  if (is_storing || queue.is_waiting() || std::exchange(is_asked, true)) return;
  caf::anon_send(shard.log, store_soon{topic});
}

room::admission durable_room::admission() const {
  if (queue.is_full()) return room::admission::only_leaves;
  return shard.takes_pushes ? room::admission::everything : room::admission::no_pushes;
}

}  // namespace roost::actors
