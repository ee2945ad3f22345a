// SPDX-License-Identifier: Apache-2.0
// Checks of the settings of durable rooms.
#pragma once

#include <string>
#include <vector>

#include "config/schema/problem.hpp"
#include "config/schema/settings.hpp"

namespace roost {

/// Appends a problem if an event or a snapshot of a durable room may be too large for the store,
/// and a warning for each durable room without a store. `read`: the problems of single settings.
void check_store(const settings& all, const std::vector<problem>& read,
                 std::vector<problem>& problems, std::vector<std::string>& warnings);

}  // namespace roost
