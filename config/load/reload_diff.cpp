// SPDX-License-Identifier: Apache-2.0
#include "config/load/reload_diff.hpp"

#include <algorithm>
#include <set>

#include "config/load/cross_checks.hpp"
#include "config/load/reload_diff_rooms.hpp"
#include "config/schema/schema.hpp"

namespace roost {
namespace {

using json = nlohmann::json;

/// Plans all settings except the lists sockets and rooms.
void plan_node(const settings& next, reload_diff& plan) {
  for (const auto& one : the_schema().node) {
    const auto from = one.read(plan.values);
    const auto to = one.read(next);
    if (from == to) continue;
    if (one.declaration.is_reloadable) {
      plan.changes.push_back(change_of(one.declaration, one.declaration.key, from, to));
      one.write(plan.values, to);
    } else {
      plan.warnings.push_back(needs_restart(one.declaration, one.declaration.key, from, to));
    }
  }
}

json written(const std::vector<socket_settings>& mounts) {
  auto out = json::array();
  for (const auto& mount : mounts) {
    auto one = json::object();
    for (const auto& each : the_schema().sockets.elements)
      one[each.declaration.key] = each.read(mount);
    out.push_back(std::move(one));
  }
  return out;
}

void plan_mounts(const settings& next, reload_diff& plan) {
  if (written(plan.values.sockets) == written(next.sockets)) return;
  plan.warnings.emplace_back(
      "sockets: has changed, which needs a restart; the old value stays in use");
}

}  // namespace

reload_diff diff_settings(const settings& now, const loaded& next) {
  reload_diff plan{now, next.problems, {}, next.warnings};
  if (!plan.problems.empty()) return plan;
  plan_node(next.values, plan);
  plan_mounts(next.values, plan);
  diff_rooms(next.values, plan);
  // Check the combination of new values and old ones that need a restart; it may be invalid even
  // though `next` is valid. load() has already checked the token keys, which are all reloadable.
  std::vector<std::string> repeated;
  check_together(plan.values, plan.problems, repeated);
  if (!plan.problems.empty()) {
    plan.values = now;
    plan.changes.clear();
  }
  return plan;
}

}  // namespace roost
