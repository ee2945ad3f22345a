// SPDX-License-Identifier: Apache-2.0
// Checks of the cluster's settings against each other.
#pragma once

#include <vector>

#include "config/schema/problem.hpp"
#include "config/schema/settings.hpp"

namespace roost {

/// Appends a problem for settings of the cluster that contradict each other or the store, or of
/// which one is missing. `read`: the problems of single settings.
void check_cluster(const settings& all, const std::vector<problem>& read,
                   std::vector<problem>& problems);

}  // namespace roost
