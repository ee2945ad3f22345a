// SPDX-License-Identifier: Apache-2.0
// Checks across settings for the API key, token keys and the rules that need a token.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/load/key_checks.hpp"
#include "config/schema/problem.hpp"
#include "config/schema/settings.hpp"

namespace roost {

/// Appends problems and warnings. Skips a check if a setting that it needs is faulty.
void check_access(const settings& all, const key_checks& keys, std::vector<problem>& problems,
                  std::vector<std::string>& warnings);

/// Whether only this machine can reach `host`: localhost, 127.0.0.0/8 or ::1, also in brackets.
bool is_loopback(std::string_view host);

}  // namespace roost
