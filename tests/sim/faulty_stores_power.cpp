// SPDX-License-Identifier: Apache-2.0
// The losses of the faulty stores in a power cut, and how their faults end.
#include <algorithm>
#include <utility>

#include "tests/sim/faulty_stores.hpp"

namespace roost::sim {

using cluster::sequence;

void faulty_stores::set_full(bool is_full) {
  logs_.set_log_bytes_max(is_full ? 1 : faults_.log_bytes_max);
  snapshots_.set_bytes_max(is_full ? 1 : 0);
}

void faulty_stores::remember(std::deque<stored_message>& young, sequence at) {
  young.push_back({at, time_.now()});
  while (young.front().when + faults_.sync_interval < time_.now()) young.pop_front();
}

sequence faulty_stores::random_end(std::deque<stored_message>& young, sequence last) {
  while (!young.empty() && young.front().when + faults_.sync_interval <= time_.now()) {
    young.pop_front();
  }
  if (young.empty()) return last;
  const sequence end{random_.between(young.front().at.value - 1, last.value)};
  while (!young.empty() && young.back().at > end) young.pop_back();
  return end;
}

void faulty_stores::drop_requests() {
  std::erase_if(in_flight_, [](const auto& each) { return !each.second.is_timeout; });
}

void faulty_stores::cut_power() {
  if (faults_.sync_interval.count() == 0) return;
  for (auto& [shard, young] : young_messages_) {
    cluster::log_state state;
    logs_.read_state(shard, [&](result<cluster::log_state> got) { state = std::move(*got); });
    const auto last = state.last;
    auto end = random_end(young, last);
    if (state.first > last) {
      end = {};
      young.clear();
    }
    counts_.messages_cut += last.value - end.value;
    logs_.lose_above(shard, end);
  }
  const auto last = snapshots_.last();
  const auto end = random_end(young_snapshots_, last);
  counts_.snapshots_cut += last.value - end.value;
  snapshots_.lose_above(end, faults_.are_replaced_kept);
}

void faulty_stores::heal() {
  const auto delay_max = faults_.delay_max;
  const auto timeout = faults_.timeout;
  faults_ = {.delay_max = delay_max, .timeout = timeout, .log_bytes_max = faults_.log_bytes_max};
  cut_off_.assign(cut_off_.size(), false);
  set_full(false);
  // Keep the order in which the requests would have arrived.
  const auto soon = time_.now() + delay_max;
  std::map<key, step> sooner;
  for (auto& [at, each] : in_flight_) {
    const auto due = each.is_timeout ? at.first : std::min(at.first, soon);
    sooner.emplace(key{due, each.is_timeout ? at.second : ++serial_}, std::move(each));
  }
  in_flight_ = std::move(sooner);
}

}  // namespace roost::sim
