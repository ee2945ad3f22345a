// SPDX-License-Identifier: Apache-2.0
#include "actors/edge/api_queries.hpp"

#include <algorithm>

namespace roost::actors {

bool api_queries::remove(const cluster::command_id& id) {
  const auto found = std::ranges::find(all_, id, [](const entry& each) { return each.query.id; });
  if (found == all_.end()) return false;
  all_.erase(found);
  return true;
}

std::vector<std::uint64_t> api_queries::take_old(time_point until) {
  std::vector<std::uint64_t> out;
  const auto end =
      std::ranges::find_if(all_, [until](const entry& each) { return each.since > until; });
  for (auto it = all_.begin(); it != end; ++it) out.push_back(request_id_of(it->query.id));
  all_.erase(all_.begin(), end);
  return out;
}

void api_queries::resend(std::uint64_t ownership, std::vector<cluster::command>& out) const {
  for (const auto& each : all_) {
    out.push_back(each.query);
    out.back().ownership = ownership;
  }
}

}  // namespace roost::actors
