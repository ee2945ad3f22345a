// SPDX-License-Identifier: Apache-2.0
#include "actors/room/room_account.hpp"

#include <limits>

#include "actors/room/empty_rooms.hpp"
#include "actors/rules/history_budget.hpp"

namespace roost::actors {

using gauge = metrics::gauge;

namespace {

void move(metrics& probe, gauge name, std::size_t& reported, std::size_t now) {
  if (reported == now) return;
  probe.add(name, static_cast<double>(now) - static_cast<double>(reported));
  reported = now;
}

std::size_t gained(std::size_t before, std::size_t now) { return now > before ? now - before : 0; }

}  // namespace

double room_account::held_by_all() const {
  return probe_.value_without_sources(gauge::presence_bytes) +
         probe_.value_without_sources(gauge::idempotency_bytes) +
         probe_.value_without_sources(gauge::receipt_bytes) +
         probe_.value_without_sources(gauge::answer_bytes);
}

/// Over the bound a member may take only an equal share of it, so that members with little presence
/// can still join while members with much hold the memory.
std::size_t room_account::member_bytes_max(const limits& bounds) {
  constexpr auto no_limit = std::numeric_limits<std::size_t>::max();
  if (bounds.rooms_bytes_max == 0) return no_limit;
  const auto excess = excess_of(held_by_all(), bounds.rooms_bytes_max);
  if (excess == 0 || empty_.evict_bytes(excess)) return no_limit;
  if (static_cast<std::uint64_t>(excess) > bounds.rooms_bytes_max) return 0;
  return share_of(bounds.rooms_bytes_max, probe_.value_without_sources(gauge::members));
}

bool room_account::settle(room& room, const limits& bounds) {
  const auto history = gained(history_, room.past().bytes());
  const auto held = room.held();
  const auto values =
      gained(held_.idempotency, held.idempotency) + gained(held_.receipts, held.receipts);
  report(room);
  if (values > 0) evict_values(room, values, bounds);
  return history > 0 && shorten_history(room, history, bounds);
}

bool room_account::shorten_history(room& room, std::size_t gained, const limits& bounds) {
  const auto excess = events_excess(probe_, bounds);
  if (excess == 0 || empty_.evict_bytes(excess)) return false;
  const auto kept = kept_of(history_, gained, excess, bounds.history_bytes_max,
                            probe_.value_without_sources(gauge::rooms_with_history));
  if (kept == history_) return false;
  room.shrink(kept);
  report_history(room.past().bytes());
  probe_.add(metrics::counter::histories_cut, "shortened");
  return true;
}

void room_account::evict_values(room& room, std::size_t gained, const limits& bounds) {
  if (bounds.rooms_bytes_max == 0) return;
  const auto excess = excess_of(held_by_all(), bounds.rooms_bytes_max);
  if (excess == 0 || empty_.evict_bytes(excess)) return;
  const auto held = held_.idempotency + held_.receipts;
  const auto kept = kept_of(held, gained, excess, bounds.rooms_bytes_max,
                            probe_.value_without_sources(gauge::rooms));
  if (kept == held) return;
  room.evict_values(held - kept);
  const auto before = held_;
  report_held(room.held());
  if (before.idempotency != held_.idempotency)
    probe_.add(metrics::counter::memory_cuts, "idempotency");
  if (before.receipts != held_.receipts) probe_.add(metrics::counter::memory_cuts, "receipt");
}

void room_account::report(const room& room) {
  report_history(room.past().bytes());
  report_held(room.held());
}

void room_account::report_history(std::size_t bytes) {
  if ((history_ == 0) != (bytes == 0)) probe_.add(gauge::rooms_with_history, bytes == 0 ? -1 : 1);
  move(probe_, gauge::history_bytes, history_, bytes);
}

void room_account::report_held(const room_bytes& held) {
  move(probe_, gauge::presence_bytes, held_.presence, held.presence);
  move(probe_, gauge::idempotency_bytes, held_.idempotency, held.idempotency);
  move(probe_, gauge::receipt_bytes, held_.receipts, held.receipts);
  move(probe_, gauge::answer_bytes, held_.answers, held.answers);
}

void room_account::close() {
  report_history(0);
  report_held({});
}

}  // namespace roost::actors
