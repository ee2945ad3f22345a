// SPDX-License-Identifier: Apache-2.0
#include "actors/edge/pending_requests.hpp"

#include <algorithm>
#include <utility>

#include "actors/messages/command_bytes.hpp"

namespace roost::actors {

/// The edge has received all answers up to this number.
std::uint64_t pending_requests::answered() const {
  const auto first = front_number();
  return (first == 0 ? next_number_ : first) - 1;
}

void pending_requests::add_command(pending_request&& entry, command_body&& body,
                                   std::vector<cluster::command>& out) {
  entry.number = next_number_++;
  entry.since = now_;
  cluster::command command{
      topic_, ownership_, {self_, entry.number, entry.request.from}, 0, std::move(body)};
  if (may_lose_) entry.sent = std::make_unique<const cluster::command>(command);
  entries_.push_back(std::move(entry));
  command.answered = answered();
  out.push_back(std::move(command));
}

cluster::command pending_requests::unqueued(command_body&& body, connection_id member,
                                            std::uint64_t number) const {
  return {topic_, ownership_, {self_, number, member}, answered(), std::move(body)};
}

/// A resend carries the current acknowledgement, and goes to the current owner.
std::size_t pending_requests::resend(std::vector<cluster::command>& out) const {
  std::size_t count = 0;
  for (const auto& each : entries_) {
    if (!each.sent) continue;
    auto& again = out.emplace_back(*each.sent);
    again.answered = answered();
    again.ownership = ownership_;
    ++count;
  }
  return count;
}

std::size_t pending_requests::bytes(std::size_t max) const {
  std::size_t out = 0;
  for (const auto& each : entries_) {
    if (out >= max) return max;
    if (each.sent) out += command_bytes(*each.sent);
  }
  return std::min(out, max);
}

pending_request pending_requests::take_front() {
  auto out = std::move(entries_.front());
  entries_.pop_front();
  if (silent_ > 0) --silent_;
  // Entries that needed no owner were answered already.
  for (; silent_ > 0 && entries_.front().number == 0; --silent_) entries_.pop_front();
  return out;
}

pending_request pending_requests::take_waiting() {
  if (silent_ == 0 && entries_.front().number == 0) return take_front();
  auto& at = entries_.begin()[static_cast<std::ptrdiff_t>(silent_++)];
  auto out = std::exchange(at, {});
  at.number = out.number;
  at.sent = std::move(out.sent);
  at.since = out.since;
  at.request.kind = out.request.kind;
  at.request.from = out.request.from;
  at.request.serial = out.request.serial;
  return out;
}

void pending_requests::restart(cluster::edge_id self) {
  self_ = self;
  next_number_ = 1;
  silent_ = 0;
  entries_.clear();
}

}  // namespace roost::actors
