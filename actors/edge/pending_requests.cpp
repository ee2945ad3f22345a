// SPDX-License-Identifier: Apache-2.0
#include "actors/edge/pending_requests.hpp"

#include <utility>

namespace roost::actors {

/// Fills in topic, edge and acknowledgement; a resend carries the current acknowledgement.
void pending_requests::complete(cluster::command& command) const {
  command.topic = topic_;
  command.from = self_;
  const auto first = front_number();
  command.answered = (first == 0 ? next_number_ : first) - 1;
}

void pending_requests::add_command(pending_request&& entry, cluster::command&& command,
                                   std::vector<cluster::command>& out) {
  entry.number = command.number = next_number_++;
  command.member = entry.request.from;
  if (may_lose_) entry.sent = std::make_unique<const cluster::command>(command);
  entries_.push_back(std::move(entry));
  complete(command);
  out.push_back(std::move(command));
}

cluster::command pending_requests::unqueued(cluster::command_kind kind, offset after) const {
  cluster::command out;
  out.kind = kind;
  out.from_position = position{{}, after};
  complete(out);
  return out;
}

std::size_t pending_requests::resend(std::vector<cluster::command>& out) const {
  std::size_t count = 0;
  for (const auto& each : entries_) {
    if (!each.sent) continue;
    complete(out.emplace_back(*each.sent));
    ++count;
  }
  return count;
}

pending_request pending_requests::take_front() {
  auto out = std::move(entries_.front());
  entries_.pop_front();
  return out;
}

}  // namespace roost::actors
