// SPDX-License-Identifier: Apache-2.0
#include "actors/edge/pending_requests.hpp"

#include <utility>

namespace roost::actors {

/// The edge has received all answers up to this number.
std::uint64_t pending_requests::answered() const {
  const auto first = front_number();
  return (first == 0 ? next_number_ : first) - 1;
}

void pending_requests::add_command(pending_request&& entry, command_body&& body,
                                   std::vector<cluster::command>& out) {
  entry.number = next_number_++;
  cluster::command command{topic_, {self_, entry.number, entry.request.from}, 0, std::move(body)};
  if (may_lose_) entry.sent = std::make_unique<const cluster::command>(command);
  entries_.push_back(std::move(entry));
  command.answered = answered();
  out.push_back(std::move(command));
}

cluster::command pending_requests::unqueued(command_body&& body, connection_id member,
                                            std::uint64_t number) const {
  return {topic_, {self_, number, member}, answered(), std::move(body)};
}

/// A resend carries the current acknowledgement.
std::size_t pending_requests::resend(std::vector<cluster::command>& out) const {
  std::size_t count = 0;
  for (const auto& each : entries_) {
    if (!each.sent) continue;
    out.emplace_back(*each.sent).answered = answered();
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
