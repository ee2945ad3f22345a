// SPDX-License-Identifier: Apache-2.0
#include "actors/fan_out/page_dispatcher.hpp"

#include <algorithm>
#include <utility>

#include "net/transport/outbox.hpp"

namespace roost::actors {

namespace {

// Upper bound of topic, event name, refs and message header.
constexpr std::size_t envelope_bytes_max = 1'024;

std::size_t bytes_of(const catch_up_page& page) {
  std::size_t out = 0;
  for (const auto& each : page.messages) out += each->size() + net::outbox::message_overhead;
  return out;
}

}  // namespace

void page_dispatcher::take(net::session& session, std::uint64_t edge_incarnation,
                           const unicast& sent, subscribers& members,
                           std::size_t outbox_bytes_max) {
  const auto& page = *sent.page;
  const auto known = queues_.find(session.id().value);
  auto* queued = known == queues_.end() ? nullptr : known->second.find(edge_incarnation);
  const bool restarts = queued && std::exchange(queued->restarts, false);
  const auto bytes = bytes_of(page);
  const auto max = outbox_bytes_max / 2;
  // An empty outbox accepts one message of any length, but several only up to `max`.
  const bool is_possible = page.messages.size() <= 1 || bytes <= max;
  const bool has_room = !restarts && is_possible && session.free_space(bytes, max);
  if (has_room) {
    for (const auto& each : page.messages) session.send(each, net::flush_class::large);
  }
  auto next = has_room ? page.to : page.from;
  if (restarts) next.side = {};
  members.set_progress(session.id(), next.is_live(), next.has_side_state());
  if (next.is_end()) {
    remove(session.id(), edge_incarnation, sent.serial);
  } else {
    auto& queue = queues_[session.id().value];
    auto& entry = queued ? *queued : queue.add(edge_incarnation, sent.serial, next);
    entry.from = next;
    entry.bytes_needed = has_room || !is_possible ? 0 : bytes;
    queue.page_arrived(entry, has_room);
  }
  drained(session, outbox_bytes_max);
}

void page_dispatcher::restart(net::session& session, std::uint64_t edge_incarnation,
                              channel_serial serial, std::size_t outbox_bytes_max) {
  auto& queue = queues_[session.id().value];
  if (auto* queued = queue.find(edge_incarnation)) {
    queued->from.side = {};
    queued->restarts = queued->is_requested;
  } else {
    queue.add(edge_incarnation, serial, {});
  }
  request_next(session, queue, outbox_bytes_max);
}

void page_dispatcher::ended(net::session& session, std::uint64_t edge_incarnation,
                            channel_serial serial, std::size_t outbox_bytes_max) {
  remove(session.id(), edge_incarnation, serial);
  drained(session, outbox_bytes_max);
}

void page_dispatcher::remove(connection_id member, std::uint64_t edge_incarnation,
                             channel_serial serial) {
  const auto it = queues_.find(member.value);
  if (it == queues_.end()) return;
  const auto* queued = it->second.find(edge_incarnation);
  if (!queued || queued->serial != serial) return;
  it->second.remove(edge_incarnation);
  if (it->second.empty()) queues_.erase(it);
}

void page_dispatcher::drained(net::session& session, std::size_t outbox_bytes_max) {
  const auto it = queues_.find(session.id().value);
  if (it != queues_.end()) request_next(session, it->second, outbox_bytes_max);
}

/// Requests as many pages as the outbox can take, in addition to those already requested.
void page_dispatcher::request_next(net::session& session, page_queue& queue,
                                   std::size_t outbox_bytes_max) {
  const auto default_bytes = page_bytes(outbox_bytes_max);
  const auto max = outbox_bytes_max / 2;
  while (auto* next = queue.next()) {
    const auto before = queue.requested() * default_bytes;
    const auto needed = before + std::max(default_bytes, next->bytes_needed);
    // A page larger than half of the outbox is requested only when no other page is requested.
    if (needed > max && before > 0) return;
    if (!session.free_space(needed, max))
      return session.notify_when_drained(max - std::min(needed, max));
    queue.mark_requested(*next);
    const auto bytes = default_bytes - std::min(default_bytes / 4, envelope_bytes_max);
    send_request_({next->edge_incarnation, session.id(), next->serial, next->from,
                   static_cast<std::uint32_t>(bytes)});
  }
}

}  // namespace roost::actors
