// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/room_snapshots.hpp"

namespace roost::cluster {

room_snapshots::room_snapshots(const shard_log_limits& limits, const log_faults& faults,
                               const log_position& position, log_index& index,
                               checkpoint& checkpoint, shard_log_counters& counters,
                               effect_list& out)
    : limits_(limits),
      faults_(faults),
      position_(position),
      index_(index),
      checkpoint_(checkpoint),
      counters_(counters),
      out_(out),
      budget_(limits.parts_bytes_max) {}

bool room_snapshots::is_loaded(const topic& topic) const {
  const auto found = rooms_.find(topic);
  return found != rooms_.end() && found->second.now >= state::loaded;
}

bool room_snapshots::must_store(const topic& topic) const {
  const auto found = rooms_.find(topic);
  return found != rooms_.end() && (found->second.stores_first || !found->second.has_records);
}

void room_snapshots::drop(const topic& topic) {
  const auto found = rooms_.find(topic);
  if (found == rooms_.end()) return;
  const auto now = found->second.now;
  if (now > state::queued && now < state::loaded) --loading_;
  requests_.erase(found->second.request);
  budget_.release(topic);
  rooms_.erase(found);
}

template <class Body>
void room_snapshots::send(known_room& room, state now, Body body) {
  room.now = now;
  room.request = out_.send(std::move(body));
  requests_[room.request] = &room;
}

void room_snapshots::retry(known_room& room, time_point now) {
  if (retries_.empty()) retry_at_ = now + milliseconds(limits_.retry_ms);
  retries_.push_back(*room.topic);
}

bool room_snapshots::answer(std::uint64_t request, log_answer& answer, time_point now) {
  const auto asked = requests_.find(request);
  if (asked == requests_.end()) return false;
  auto& room = *asked->second;
  requests_.erase(asked);
  room.request = 0;
  if (std::holds_alternative<log_answers::failed>(answer)) {
    retry(room, now);
  } else if (room.now == state::queued) {
    room.early = std::move(std::get<log_answers::snapshots>(answer));
  } else if (room.now == state::getting) {
    take_found(room, std::move(std::get<log_answers::snapshots>(answer)), now);
  } else if (room.now == state::joining) {
    take_joined(room, std::get<log_answers::joined>(answer), now);
  } else if (room.now == state::reading) {
    take_page(room, std::get<log_answers::page>(answer), now);
  } else if (auto* whole = std::get_if<log_answers::too_large>(&answer)) {
    put_parts(room, *whole, now);
  } else if (room.now == state::putting_part) {
    part_written(room, std::get<write_result>(answer), now);
  } else if (room.now == state::putting) {
    written(room, std::get<write_result>(answer), now);
  } else {
    check(room, std::get<log_answers::snapshots>(answer), now);
  }
  return true;
}

void room_snapshots::work(time_point now) {
  if (now >= retry_at_) {
    for (const auto& topic : std::exchange(retries_, {})) {
      const auto found = rooms_.find(topic);
      if (found != rooms_.end() && found->second.request == 0) step(found->second, now);
    }
  }
  while (!loads_.empty() && loading_ < limits_.loads_max) {
    const auto found = rooms_.find(loads_.front());
    loads_.pop_front();
    if (found == rooms_.end() || found->second.now != state::queued) continue;
    ++loading_;
    found->second.now = state::getting;
    if (found->second.request == 0) step(found->second, now);
  }
  for (const auto& topic : std::exchange(captures_, {})) {
    const auto found = rooms_.find(topic);
    if (found != rooms_.end()) put_next(found->second, now);
  }
  work_on_parts(now);
}

/// Repeats what the room waits for.
void room_snapshots::step(known_room& room, time_point now) {
  if (room.now == state::getting && room.early) {
    take_found(room, *std::exchange(room.early, std::nullopt), now);
  } else if (room.now == state::getting || room.now == state::joining) {
    send(room, state::getting, log_requests::get{*room.topic});
  } else if (room.now == state::checking) {
    send(room, state::checking, log_requests::get{*room.topic});
  } else if (room.now == state::reading) {
    read_next(room, now);
  } else if (room.now == state::putting_part) {
    put_part(room);
  } else if (room.now == state::putting && room.parted_put) {
    put_parted(room);
  } else if (room.now == state::putting) {
    put(room);
  }
}

void room_snapshots::forget_requests() {
  for (const auto& [request, room] : requests_) {
    room->request = 0;
    if (room->now == state::putting) room->now = state::checking;
    retries_.push_back(*room->topic);
  }
  // Parts that are stored may be lost, also those of a room that waits to repeat a request.
  for (auto& [topic, room] : rooms_) {
    if (room.parted_put) room.now = state::checking;
  }
  requests_.clear();
  retry_at_ = {};
  seen_ = {};
}

void room_snapshots::clear() {
  rooms_.clear();
  requests_.clear();
  loads_.clear();
  captures_.clear();
  retries_.clear();
  too_large_.clear();
  budget_.clear();
  loading_ = 0;
  seen_ = {};
  suspicion_.reset();
}

void room_snapshots::suspect(std::string why) { suspicion_ = std::move(why); }

bool room_snapshots::is_valid(const log_answers::snapshots& found) {
  greatest_seen_ = std::max(greatest_seen_, found.barrier_ownership);
  if (faults_.ignore_barrier) return true;
  if (found.barrier_ownership > position_.ownership) suspect("a newer owner's barrier");
  if (found.up_to < seen_) return false;
  if (found.barrier_ownership < position_.ownership) suspect("the barrier is gone");
  if (found.barrier_ownership != position_.ownership) return false;
  saw(found.room_at);
  return true;
}

/// Whether a snapshot can exist while this node is the owner.
bool room_snapshots::is_possible(const room_snapshot& found) {
  const auto ownership = found.epochs.empty() ? 0 : found.epochs.back().of.ownership;
  greatest_seen_ = std::max({greatest_seen_, found.log.number, ownership});
  if (found.log == position_.log ? found.covered > position_.last
                                 : found.log.number >= position_.log.number) {
    suspect("a snapshot covers what the log does not hold");
  } else if (ownership > position_.ownership) {
    suspect("a newer owner's snapshot");
  }
  return !suspicion_;
}

/// Another owner's snapshot that was stored behind the barrier of this ownership: its request was
/// late. Nobody knows how old it is.
bool room_snapshots::is_late(const log_answers::snapshots& found) const {
  if (!found.room || found.room_at < found.barrier_at) return false;
  return found.room->epochs.empty() ||
         found.room->epochs.back().of.ownership != position_.ownership;
}

/// The stored snapshot may be young. A room of which only snapshots are stored does not wait.
void room_snapshots::spare(known_room& room, time_point now) {
  if (room.has_records) room.replace_at = now + milliseconds(limits_.truncate_delay_ms);
}

void room_snapshots::captured(const topic& topic, std::uint64_t ticket, room_snapshot snapshot,
                              std::optional<sequence> covered, time_point now) {
  const auto found = rooms_.find(topic);
  if (found == rooms_.end() || found->second.now < state::loaded) return;
  snapshot.log = position_.log;
  snapshot.covered = covered.value_or(sequence{});
  found->second.next = capture{std::make_shared<room_snapshot>(std::move(snapshot)), ticket, now,
                               !covered.has_value()};
  if (covered) captures_.push_back(topic);
}

void room_snapshots::covers(const topic& topic, sequence at) {
  const auto found = rooms_.find(topic);
  if (found == rooms_.end() || !found->second.next || !found->second.next->is_open) return;
  found->second.next->snapshot->covered = at;
  found->second.next->is_open = false;
  captures_.push_back(topic);
}

/// A capture waits until what it covers is stored, and until the one before it is, and is no longer
/// young.
void room_snapshots::put_next(known_room& room, time_point now) {
  if (!room.next || room.next->is_open) return;
  const bool is_stored = room.next->snapshot->covered <= position_.last || faults_.cover_unstored;
  if (room.now != state::loaded || !is_stored || now < room.replace_at) {
    captures_.push_back(*room.topic);
    return;
  }
  room.put = std::exchange(room.next, std::nullopt);
  put(room);
}

void room_snapshots::put(known_room& room) {
  if (faults_.keep_parts_after_conflict && room.parted_put) return put_parted(room);
  room.parted_put.reset();
  const auto expected = faults_.overwrite_snapshots ? any_sequence : room.at;
  send(room, state::putting, log_requests::put_snapshot{expected, room.put->snapshot});
}

void room_snapshots::written(known_room& room, const write_result& result, time_point now) {
  if (result.outcome == write_outcome::stored) {
    remove_parts(room, result.at);
    room.at = result.at;
    saw(result.at);
    if (faults_.commit_before_parts && room.parted_put) return put_part(room);
    stored(room, now);
  } else if (result.outcome == write_outcome::full || result.outcome == write_outcome::refused) {
    retry(room, now);
  } else {
    if (result.outcome == write_outcome::conflict) ++counters_.snapshot_conflicts;
    send(room, state::checking, log_requests::get{*room.topic});
  }
}

/// After a write without a clear outcome: the snapshot with the higher covered sequence wins. A
/// room without records is written again, because all its snapshots may cover the same.
void room_snapshots::check(known_room& room, log_answers::snapshots& found, time_point now) {
  if (!is_valid(found)) return retry(room, now);
  if (found.room && !is_possible(*found.room)) return retry(room, now);
  const bool is_newest_id = found.room && found.room->log == position_.log;
  const bool is_own = is_newest_id && !found.room->epochs.empty() &&
                      found.room->epochs.back().of.ownership == position_.ownership;
  const auto& mine = *room.put->snapshot;
  if (is_late(found)) spare(room, now);
  if (room.stores_first && !is_own && found.room_at != room.at) {
    // Another owner's came first: this room may not have what that one holds.
    const auto topic = room.topic;
    room.put.reset();
    room.parted_put.reset();
    budget_.release(*topic);
    room.next.reset();
    room.now = state::queued;
    out_.add(shard_effects::reload{topic});
  } else if (room.has_records && is_newest_id && found.room->covered >= mine.covered) {
    set_stored(room, found);
    stored(room, now);
  } else {
    set_stored(room, found);
    if (!faults_.keep_parts_after_conflict) room.parted_put.reset();
    budget_.release(*room.topic);
    room.now = state::loaded;
    if (!room.next) room.next = std::exchange(room.put, std::nullopt);
    put_next(room, now);
  }
}

void room_snapshots::stored(known_room& room, time_point now) {
  const auto done = *std::exchange(room.put, std::nullopt);
  room.parted_put.reset();
  budget_.release(*room.topic);
  room.now = state::loaded;
  room.stores_first = false;
  spare(room, now);
  room.entries.clear();
  ++counters_.snapshots;
  if (room.has_records) {
    checkpoint_.expect_records(*room.topic, done.snapshot->covered, done.at);
  }
  checkpoint_.stored(*room.topic, done.snapshot->covered, done.at, now);
  out_.add(shard_effects::stored_snapshot{{room.topic, done.ticket}});
}

}  // namespace roost::cluster
