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

/// Compares all settings except the lists sockets and rooms.
void diff_node(const settings& next, reload_diff& diff) {
  for (const auto& one : the_schema().node) {
    const auto from = one.read(diff.values);
    const auto to = one.read(next);
    if (from == to) continue;
    if (one.declaration.is_reloadable) {
      diff.changes.push_back(change_of(one.declaration, one.declaration.key, from, to));
      one.write(diff.values, to);
    } else {
      diff.warnings.push_back(needs_restart(one.declaration, one.declaration.key, from, to));
    }
  }
}

json json_of(const std::vector<socket_settings>& mounts) {
  auto out = json::array();
  for (const auto& mount : mounts) {
    auto one = json::object();
    for (const auto& each : the_schema().sockets.elements)
      one[each.declaration.key] = each.read(mount);
    out.push_back(std::move(one));
  }
  return out;
}

void diff_mounts(const settings& next, reload_diff& diff) {
  if (json_of(diff.values.sockets) == json_of(next.sockets)) return;
  diff.warnings.emplace_back(
      "sockets: has changed, which needs a restart; the old value stays in use");
}

}  // namespace

reload_diff diff_settings(const settings& now, const loaded& next) {
  reload_diff diff{now, next.problems, {}, next.warnings};
  if (!diff.problems.empty()) return diff;
  diff_node(next.values, diff);
  diff_mounts(next.values, diff);
  diff_rooms(next.values, diff);
  // Check the combination of new values and old ones that need a restart; it may be invalid even
  // though `next` is valid. load() has already checked the token keys, which are all reloadable.
  std::vector<std::string> ignored_warnings;
  check_together(diff.values, diff.problems, ignored_warnings);
  if (!diff.problems.empty()) {
    diff.values = now;
    diff.changes.clear();
  }
  return diff;
}

}  // namespace roost
