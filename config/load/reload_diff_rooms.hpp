// SPDX-License-Identifier: Apache-2.0
// Compares the room rules of a reload with the running ones.
#pragma once

#include "config/load/reload_change.hpp"
#include "config/schema/settings.hpp"

namespace roost {

/// Rules may be added, removed, reordered and changed, but kind and durability of a topic must stay
/// until a restart. A rule with the same `match` keeps its old kind and durability. If topics would
/// still change, because another rule now matches them first, all rules stay as they are.
void diff_rooms(const settings& next, reload_diff& diff);

}  // namespace roost
