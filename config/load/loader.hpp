// SPDX-License-Identifier: Apache-2.0
// Loads settings from a file, the environment and flags, and reports every problem.
#pragma once

#include <string>
#include <vector>

#include "config/load/key_checks.hpp"
#include "config/load/loaded.hpp"

namespace roost {

/// The sources. A later one overrides an earlier one: defaults, file, environment, sets.
struct load_sources {
  std::string file;                      ///< path; empty: none
  std::vector<std::string> environment;  ///< "NAME=value"
  std::vector<std::string> sets;         ///< "key.path=value"
  key_checks keys{};
};

loaded load(const load_sources& from);

/// The environment variables of this process, as "NAME=value".
std::vector<std::string> process_environment();

}  // namespace roost
