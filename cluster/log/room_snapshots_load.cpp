// SPDX-License-Identifier: Apache-2.0
// Reading a room: its snapshot, then the records above what the snapshot covers.
#include <optional>
#include <variant>
#include <vector>

#include "cluster/log/room_snapshots.hpp"

namespace roost::cluster {
namespace {

/// Each record follows the one before it, and the first one what the snapshot holds.
bool is_without_hole(const std::optional<room_snapshot>& found,
                     const std::vector<log_record>& records) {
  auto head = found ? found->head : offset{};
  for (const auto& record : records) {
    if (std::holds_alternative<records::ordered>(record.body)) ++head.value;
    if (record.at != head) return false;
  }
  return true;
}

}  // namespace

void room_snapshots::load(const shared_topic& topic, bool stores_first) {
  const auto [found, is_new] = rooms_.try_emplace(*topic);
  auto& room = found->second;
  if (room.now != state::queued) return;
  if (is_new) {
    room.topic = topic;
    room.has_records = !stores_first;
    room.stores_first = stores_first;
  }
  loads_.push_back(*topic);
  if (faults_.snapshot_before_log && is_new) send(room, state::queued, log_requests::get{*topic});
}

void room_snapshots::take_found(known_room& room, log_answers::snapshots found, time_point now) {
  if (!faults_.snapshot_before_log && !is_valid(found)) return retry(room, now);
  if (found.room_at.value > 0 && !found.room) return fail_load(room, "it cannot be decoded");
  if (found.room && !is_possible(*found.room)) return retry(room, now);
  if (!std::exchange(room.has_entries, true)) room.entries = index_.take(*room.topic);
  room.found_late = is_late(found);
  if (room.found_late) spare(room, now);
  set_stored(room, found);
  room.found = std::move(found.room);
  room.entries_read = 0;
  if (!found.parts) return read_next(room, now);
  room.now = state::waiting_to_join;
  if (!budget_.take(*room.topic, found.parts->bytes())) return;
  send(room, state::joining, log_requests::get_parts{*room.topic, std::move(*found.parts)});
}

/// Remembers the stored snapshot of a room.
void room_snapshots::set_stored(known_room& room, const log_answers::snapshots& found) {
  if (found.room_at != room.at) room.joins = 0;
  room.at = found.room_at;
  room.parts_first = found.parts ? found.parts->first : sequence{};
  room.may_have_parts |= found.parts || room.parted_put;
}

/// Reads the records that are only known by their sequence, one after the other.
void room_snapshots::read_next(known_room& room, time_point now) {
  while (room.entries_read < room.entries.size()) {
    const auto& entry = room.entries[room.entries_read];
    if (!entry.records && applies(room, entry)) {
      send(room, state::reading, log_requests::read{entry.at, 1});
      return;
    }
    ++room.entries_read;
  }
  finish_load(room, now);
}

void room_snapshots::take_page(known_room& room, log_answers::page& page, time_point now) {
  auto& entry = room.entries[room.entries_read];
  if (!page.messages.empty() && page.messages.front().at == entry.at) {
    auto& message = page.messages.front();
    auto* batch = message.entry ? std::get_if<log_entries::batch>(&message.entry->body) : nullptr;
    entry.records.emplace();
    if (batch) {
      std::erase_if(batch->records, [&](const auto& each) { return each.topic != *room.topic; });
      entry.records = std::move(batch->records);
    }
    if (entry.records->empty()) suspect("a message of the log has changed");
    return suspicion_ ? retry(room, now) : read_next(room, now);
  }
  // A former owner's late purge removed it: then a newer snapshot covers it.
  if (room.gone.value > 0 && room.gone == room.at) suspect("a record is in no snapshot");
  room.gone = room.at;
  room.now = state::getting;
  retry(room, now);
}

/// A room is its snapshot, then the records of the snapshot's log id above what it covers, then
/// all records of newer log ids.
bool room_snapshots::applies(const known_room& room, const log_index::entry& entry) {
  if (!room.found || entry.log.number > room.found->log.number) return true;
  return entry.log == room.found->log && entry.at > room.found->covered;
}

void room_snapshots::finish_load(known_room& room, time_point now) {
  const bool has_newest_id = room.found && room.found->log == position_.log;
  // In a shard that has changed its log id, a snapshot of the present id must lie beneath the
  // records of the room: otherwise a late one of a lost log could slip in there.
  if (position_.log.number != first_log_id && !has_newest_id) room.stores_first = true;
  // Its removal may be on its way.
  if (room.found && room.found->is_empty) room.stores_first = true;
  auto known = has_newest_id ? room.found->covered : sequence{};
  bool has_newest_records = false;
  std::vector<log_record> all;
  for (auto& entry : room.entries) {
    known = std::max(known, entry.at);
    if (!applies(room, entry)) continue;
    has_newest_records = has_newest_records || entry.log == position_.log;
    for (auto& record : *entry.records) all.push_back(record);
  }
  // Under a new log id the room is stored first, so that records behind a hole never apply again.
  if (has_newest_records && !is_without_hole(room.found, all)) {
    suspect("records of a room are missing");
    return retry(room, now);
  }
  if (checkpoint_.last_record(*room.topic) > known) {
    // A snapshot that was stored is gone, and the records that it covered are not held here.
    suspect("a snapshot is older than one that was stored");
    return retry(room, now);
  }
  if (!room.stores_first) room.entries.clear();  // otherwise it may be loaded again
  if (has_newest_id) {
    checkpoint_.found(*room.topic, room.found->covered, room.found_late, now);
  }
  room.now = state::loaded;
  --loading_;
  out_.add(shard_effects::loaded{room.topic, std::exchange(room.found, std::nullopt),
                                 std::move(all), room.stores_first});
}

}  // namespace roost::cluster
