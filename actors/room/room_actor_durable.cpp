// SPDX-License-Identifier: Apache-2.0
// How the actor of a durable room deals with its shard.
#include <algorithm>
#include <utility>

#include "actors/room/room_actor.hpp"
#include "config/telemetry/log.hpp"

namespace roost::actors {

/// Continues from what is stored.
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
  room_.keep_all(false, now);
}

void room_actor::records_stored(std::uint64_t ticket) {
  durable_->queue.stored(ticket, [this](cluster::event_ptr&& event) { emit(std::move(event)); });
  if (durable_->is_ending && !durable_->queue.is_waiting()) durable_->end_when_stored(topic_);
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
  durable_->capture(caf::actor_cast<caf::actor>(this), std::move(state));
}

void room_actor::snapshot_stored() {
  durable_->is_storing = false;
  if (std::exchange(durable_->stores_first, false)) lifecycle_.ready(topic_);
  if (std::exchange(durable_->wants_capture, false)) return capture();
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

}  // namespace roost::actors
