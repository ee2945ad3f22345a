// SPDX-License-Identifier: Apache-2.0
// How the actor of a durable room deals with its shard.
#include <algorithm>
#include <caf/send.hpp>
#include <utility>

#include "actors/messages/room_messages.hpp"
#include "actors/room/room_actor.hpp"
#include "config/telemetry/log.hpp"

namespace roost::actors {

/// Continues from the stored state and the records after it.
void room_actor::restore(const loaded_room& stored) {
  const auto now = home().now();
  room_.make_durable();
  if (stored.state) room_.restore(*stored.state, now);
  const bool is_whole = std::ranges::all_of(
      stored.records, [&](const auto& record) { return room_.replay(record, now); });
  if (!is_whole) log::error("room_incomplete", {log::of(topic_)});
  auto next = shared_.epochs({});
  next.number = stored.of.number();
  next.text = stored.of.text;
  auto epochs = is_whole ? stored.epochs : nullptr;
  try_handler([&] { room_.open(std::move(next), std::move(epochs), stored.load); });
  if (!room_.is_attaching()) room_.keep_all(false, now);
}

void room_actor::records_stored(std::uint64_t ticket) {
  durable_->queue.stored(ticket, [this](cluster::event_ptr&& event) { emit(std::move(event)); });
  if (durable_->is_ending && !durable_->queue.is_waiting()) end_when_stored();
}

/// Sends the state to the shard, at once or when the one before is stored.
void room_actor::capture() {
  if (durable_->is_storing) {
    durable_->wants_capture = true;
    return;
  }
  cluster::room_snapshot state;
  const auto take = [&] { state = room_.snapshot(home().now()); };
  try_handler(take);
  if (state.epochs.empty()) try_handler(take);  // the handler crashed; the new one has no state
  publish();
  durable_->changed_at.reset();
  durable_->snapshot_timer.cancel();
  durable_->capture(caf::actor_cast<caf::actor>(this), std::move(state));
}

void room_actor::snapshot_stored() {
  durable_->is_storing = false;
  if (std::exchange(durable_->stores_first, false)) lifecycle_.ready(topic_);
  if (std::exchange(durable_->unstored_since, durable_->changed_at) && !durable_->changed_at) {
    shared_.probe.add(metrics::gauge::rooms_unstored, -1);
  }
  if (std::exchange(durable_->wants_capture, false)) return capture();
  if (durable_->is_last) return quit();
  if (!std::exchange(durable_->is_ending, false) || room_.members() != 0) return;
  if (end_if_idle()) return;
  lifecycle_.emptied(topic_);
  home().arm(expiry_timer_, empty_for_);
}

/// The room was loaded for this, and ends next.
void room_actor::retire() {
  if (room_.members() != 0 || taken_ != 0) return;
  try_handler([this] { room_.retire(shared_.epochs({}).seed); });
  publish();
}

/// Without records in the log, a changed room is stored `snapshot_ms` later.
void room_actor::note_changes() {
  auto& of = *durable_;
  if (of.has_records || !of.has_changed || of.changed_at) return;
  of.changed_at = home().now();
  if (!of.unstored_since) {
    of.unstored_since = of.changed_at;
    shared_.probe.add(metrics::gauge::rooms_unstored, 1);
  }
  of.snapshot_timer.on_due = [this] {
    caf::anon_send(caf::actor_cast<caf::actor>(this), actors::snapshot_due{});
  };
  home().arm(of.snapshot_timer, of.snapshot_after);
}

void room_actor::stop_storing() {
  durable_->snapshot_timer.cancel();
  if (durable_->unstored_since) shared_.probe.add(metrics::gauge::rooms_unstored, -1);
}

void room_actor::snapshot_due() {
  if (durable_->has_changed) capture();
}

/// The shard captures a room with records when it has stored those.
void room_actor::end_when_stored() {
  if (durable_->has_records) return durable_->end_when_stored(topic_);
  durable_->is_ending = true;
  if (durable_->has_changed) capture();
}

void room_actor::store_and_end() {
  if (durable_->has_records) return quit();  // the log has everything that was answered
  durable_->is_last = true;
  if (durable_->has_changed) return capture();
  if (!durable_->is_storing) quit();
}

/// A room whose snapshot is overdue takes no pushes, because a crash would take too many of them.
room::admission room_actor::admission() const {
  const auto of_store = durable_->admission();
  if (of_store != room::admission::everything || !durable_->unstored_since) return of_store;
  const milliseconds timeout(shared_.config->cluster.commit_timeout_ms);
  const auto due = *durable_->unstored_since + durable_->snapshot_after + timeout;
  return due < home().now() ? room::admission::no_pushes : of_store;
}

}  // namespace roost::actors
