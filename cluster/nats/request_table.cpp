// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/request_table.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace roost::cluster {

std::uint64_t request_table::add(reply_handler handler, milliseconds timeout, time_point now) {
  waiting_.emplace(++last_, request{std::move(handler), timeout, now + timeout});
  return last_;
}

void request_table::answer(std::uint64_t number, const nats_reply& reply, time_point now) {
  const auto found = waiting_.find(number);
  if (found == waiting_.end()) return;
  const bool expects_more = found->second.handler(reply);
  if (expects_more && reply.kind == reply_kind::message) {
    found->second.deadline = now + found->second.timeout;
  } else {
    waiting_.erase(found);
    answer_if_none_responds();
  }
}

void request_table::note_no_responders() {
  ++not_received_;
  answer_if_none_responds();
}

void request_table::answer_if_none_responds() {
  if (not_received_ == 0 || not_received_ < waiting_.size()) return;
  fail_all(reply_kind::no_responders, "nobody answers at NATS");
}

void request_table::expire(time_point now) {
  std::vector<reply_handler> late;
  std::erase_if(waiting_, [&](auto& each) {
    if (each.second.deadline > now) return false;
    late.push_back(std::move(each.second.handler));
    return true;
  });
  not_received_ -= std::min(not_received_, late.size());
  for (const auto& handler : late) handler({reply_kind::timed_out, "no answer in time"});
}

void request_table::fail_all(reply_kind kind, std::string_view why) {
  not_received_ = 0;
  for (const auto& each : std::exchange(waiting_, {})) each.second.handler({kind, why});
}

}  // namespace roost::cluster
