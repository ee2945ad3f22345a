// Of the checks of settings together: keys, tokens, and the rules that need them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/key_checks.hpp"
#include "config/problem.hpp"
#include "config/settings.hpp"

namespace roost {

void check_access(const settings& all, const key_checks& keys, std::vector<problem>& problems,
                  std::vector<std::string>& warnings);

/// An address, or localhost, that only this machine reaches.
bool is_loopback(std::string_view host);

}  // namespace roost
