// SPDX-License-Identifier: Apache-2.0
// Validation across settings: combinations of values that do not fit together.
#pragma once

#include <string>
#include <vector>

#include "config/load/key_checks.hpp"
#include "config/schema/problem.hpp"
#include "config/schema/settings.hpp"

namespace roost {

/// Appends problems and warnings. `problems` already holds the problems of single settings; checks
/// that involve a faulty setting are skipped.
void check_together(const settings& all, std::vector<problem>& problems,
                    std::vector<std::string>& warnings, const key_checks& keys = {});

/// Whether every topic that `other` matches also matches `pattern`.
bool pattern_covers(const std::string& pattern, const std::string& other);

}  // namespace roost
