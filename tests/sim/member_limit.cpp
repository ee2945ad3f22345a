// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/member_limit.hpp"

#include <algorithm>

namespace roost::sim {

member_limit::channel* member_limit::find(const promises::member_view& view) {
  const auto is_it = [&](const channel& each) {
    return each.client == view.client() && each.join_ref == view.live_join_ref();
  };
  const auto at = std::find_if(channels_.begin(), channels_.end(), is_it);
  return at == channels_.end() ? nullptr : &*at;
}

void member_limit::look(const promises::member_view& view, time_point now) {
  if (members_max_ == 0 || !view.is_live()) return;
  auto* known = find(view);
  if (!known) {
    channels_.push_back({view.client(), view.live_join_ref(), view.live_since(), now, {}});
    known = &channels_.back();
  }
  const auto acked = view.acknowledged_at();
  if (acked && known->proven_until < *acked) prove(*known, *acked);
}

void member_limit::check_rest(const promises::member_view& view, time_point now) {
  if (members_max_ == 0 || !view.is_live()) return;
  if (auto* known = find(view)) prove(*known, now);
}

void member_limit::prove(channel& one, time_point until) {
  one.proven_until = until;
  for (const auto& join : channels_) {
    if (join.accepted < until) check(join);
  }
}

/// Counts the members of other clients during the whole time of the join.
void member_limit::check(const channel& join) const {
  const auto members = std::count_if(channels_.begin(), channels_.end(), [&](const auto& each) {
    return each.client != join.client && each.accepted < join.asked &&
           each.proven_until > join.accepted;
  });
  if (static_cast<std::size_t>(members) < members_max_) return;
  found_.broke(promises::promise::bounds, topic_ + " took a join of client " +
                                              std::to_string(join.client) + " besides " +
                                              std::to_string(members) + " members");
}

}  // namespace roost::sim
