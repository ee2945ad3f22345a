// SPDX-License-Identifier: Apache-2.0
// Snapshots that are larger than a message of the store.
#include "cluster/log/room_snapshots.hpp"

namespace roost::cluster {
namespace {

// A lagging replica may lack a part for a while. Reads are `retry_ms` apart.
constexpr unsigned joins_max = 100;

constexpr std::chrono::seconds too_large_for{10};

}  // namespace

void room_snapshots::put_parts(known_room& room, log_answers::too_large& whole, time_point now) {
  auto parts = parts_of(whole.encoded, whole.part_bytes_max);
  if (!parts || whole.encoded.size == 0) {
    room.now = state::too_large;
    too_large_.emplace_back(now + too_large_for, *room.topic);
    return out_.add(shard_effects::too_large{room.topic});
  }
  room.now = state::waiting_to_put;
  if (!budget_.take(*room.topic, whole.encoded.size)) return;
  parts->names = {position_.ownership, ++parted_puts_};
  if (faults_.share_part_names) parts->names = {};
  room.parted_put = parted{std::move(whole.encoded), std::move(*parts)};
  if (faults_.commit_before_parts) return put_parted(room);
  put_part(room);
}

/// The room may have shrunk: it is captured again, unless it waits for this snapshot.
void room_snapshots::put_smaller(known_room& room, time_point now) {
  room.now = state::loaded;
  auto tried = std::exchange(room.put, std::nullopt);
  if (!room.next && room.has_records && !room.stores_first) return checkpoint_.failed(*room.topic);
  if (!room.next) room.next = std::move(tried);
  put_next(room, now);
}

/// Goes on with the rooms that have waited for memory, and with those that were too large.
void room_snapshots::work_on_parts(time_point now) {
  for (const auto& topic : budget_.take_ready()) {
    auto& room = rooms_.at(topic);
    if (room.now == state::waiting_to_put) {
      put(room);
    } else {
      send(room, state::getting, log_requests::get{topic});  // it may have changed meanwhile
    }
  }
  while (!too_large_.empty() && too_large_.front().first <= now) {
    const auto found = rooms_.find(too_large_.front().second);
    too_large_.pop_front();
    if (found != rooms_.end() && found->second.now == state::too_large)
      put_smaller(found->second, now);
  }
}

void room_snapshots::put_part(known_room& room) {
  const auto& put = *room.parted_put;
  send(room, state::putting_part,
       log_requests::put_part{*room.topic, put.parts.names, put.stored,
                              cut_part(put.whole, put.parts, put.stored)});
}

/// A part that may be stored is written again under the same name with the same contents.
void room_snapshots::part_written(known_room& room, const write_result& result, time_point now) {
  if (result.outcome != write_outcome::stored) return retry(room, now);
  auto& put = *room.parted_put;
  if (put.stored++ == 0) put.parts.first = result.at;
  if (!put.is_complete()) return put_part(room);
  if (faults_.commit_before_parts) return stored(room, now);
  put_parted(room);
}

/// The commit.
void room_snapshots::put_parted(known_room& room) {
  const auto& put = *room.parted_put;
  if (faults_.purge_parts_early) {
    out_.send(log_requests::remove_parts{*room.topic, put.parts.first});
  }
  const auto expected = faults_.overwrite_snapshots ? any_sequence : room.at;
  send(room, state::putting,
       log_requests::put_parted{expected, message_of(*room.put->snapshot, put.parts)});
}

/// The room's message is stored with this sequence: removes the parts of older snapshots. If the
/// store may lose the newest snapshot, the one that it replaced stays readable. A removal that
/// fails is made up for by that of the next snapshot.
void room_snapshots::remove_parts(known_room& room, sequence at) {
  const auto own = room.parted_put ? room.parted_put->parts.first : sequence{};
  const bool keeps_replaced = limits_.truncate_delay_ms > 0;
  const auto replaced = keeps_replaced ? room.parts_first : sequence{};
  const auto newest = own.value > 0 && !faults_.purge_own_parts ? own : at;
  if (room.may_have_parts || own.value > 0) {
    out_.send(log_requests::remove_parts{*room.topic, replaced.value > 0 ? replaced : newest});
  }
  room.parts_first = own;
  room.may_have_parts = own.value > 0 || replaced.value > 0;
}

bool room_snapshots::expect_parts(const topic& topic) {
  const auto found = rooms_.find(topic);
  if (found == rooms_.end()) return false;
  found->second.may_have_parts = true;
  return true;
}

void room_snapshots::take_joined(known_room& room, log_answers::joined& joined, time_point now) {
  budget_.release(*room.topic);
  // Once a newer snapshot is stored, the parts of this one are removed: then that one is read.
  if (joined.is_missing && ++room.joins < joins_max) return retry(room, now);
  if (joined.is_missing) return fail_load(room, "a part is missing");
  if (!joined.room) return fail_load(room, "its parts are damaged");
  room.found = std::move(joined.room);
  read_next(room, now);
}

void room_snapshots::fail_load(known_room& room, const char* why) {
  out_.add(shard_effects::load_failed{room.topic, why});
  drop(*room.topic);
}

}  // namespace roost::cluster
