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
  const auto before = out.size();
  each_sent([&](const cluster::command& sent) {
    auto& again = out.emplace_back(sent);
    again.answered = answered();
    again.ownership = ownership_;
  });
  return out.size() - before;
}

std::size_t pending_requests::bytes(std::size_t max) const {
  std::size_t out = 0;
  each_sent([&](const cluster::command& sent) {
    if (out < max) out += command_bytes(sent);
  });
  return std::min(out, max);
}

pending_request pending_requests::take_front() {
  auto& from = silent_.empty() ? entries_ : silent_;
  auto out = std::move(from.front());
  from.pop_front();
  return out;
}

pending_request pending_requests::take_waiting() {
  auto out = std::move(entries_.front());
  entries_.pop_front();
  if (out.number == 0) return out;
  pending_request silent;
  silent.number = out.number;
  silent.sent = std::move(out.sent);
  silent.since = out.since;
  silent.request.kind = out.request.kind;
  silent.request.from = out.request.from;
  silent.request.serial = out.request.serial;
  silent_.push_back(std::move(silent));
  return out;
}

void pending_requests::restart(cluster::edge_id self) {
  self_ = self;
  next_number_ = 1;
  silent_.clear();
  entries_.clear();
}

}  // namespace roost::actors
