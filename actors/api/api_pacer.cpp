// SPDX-License-Identifier: Apache-2.0
#include "actors/api/api_pacer.hpp"

namespace roost::actors {

void api_pacer::add(std::uint64_t request_id, node_id owner, std::size_t bytes, time_point now) {
  calls_[request_id] = {owner, bytes, now};
  windows_[owner].waiting.push_back(std::uint64_t{request_id});
}

std::vector<std::uint64_t> api_pacer::take_next() {
  std::vector<std::uint64_t> out;
  for (auto it = windows_.begin(); it != windows_.end();) {
    auto& [bytes, waiting] = it->second;
    while (!waiting.empty()) {
      const auto next = waiting.front();
      if (!has_ended(next)) {
        auto& found = calls_.at(next);
        if (bytes > 0 && bytes + found.bytes > bytes_max) break;
        bytes += found.bytes;
        found.is_sent = true;
        out.push_back(next);
      }
      waiting.pop_front();
    }
    const bool is_done = bytes == 0 && waiting.empty();
    it = is_done ? windows_.erase(it) : std::next(it);
  }
  return out;
}

void api_pacer::end(std::uint64_t request_id) {
  const auto it = calls_.find(request_id);
  if (it == calls_.end()) return;
  if (it->second.is_sent) windows_.at(it->second.owner).bytes -= it->second.bytes;
  calls_.erase(it);
}

std::vector<std::uint64_t> api_pacer::take_old(time_point until) {
  std::vector<std::uint64_t> out;
  std::erase_if(calls_, [&](const auto& each) {
    const bool is_old = !each.second.is_sent && each.second.since <= until;
    if (is_old) out.push_back(each.first);
    return is_old;
  });
  return out;
}

}  // namespace roost::actors
