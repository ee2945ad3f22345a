// What one setting alone cannot show: settings that do not fit each other.
#pragma once

#include <string>
#include <vector>

#include "config/key_checks.hpp"
#include "config/problem.hpp"
#include "config/settings.hpp"

namespace roost {

/// `problems` has those of single settings, whose values then count for nothing here.
void check_together(const settings& all, std::vector<problem>& problems,
                    std::vector<std::string>& warnings, const key_checks& keys = {});

/// Whether all topics of the second pattern match the first.
bool pattern_covers(const std::string& pattern, const std::string& other);

}  // namespace roost
