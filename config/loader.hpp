// Loads settings from a file, the environment and flags, and reports every problem.
#pragma once

#include <string>
#include <vector>

#include "config/key_checks.hpp"
#include "config/problem.hpp"
#include "config/settings.hpp"

namespace roost {

/// The sources. A later one overrides an earlier one: defaults, file, environment, sets.
struct load_sources {
  std::string file;                      ///< path; empty: none
  std::vector<std::string> environment;  ///< "NAME=value"
  std::vector<std::string> sets;         ///< "key.path=value"
  key_checks keys{};
};

struct loaded {
  settings values;                    ///< usable only if there are no problems
  std::vector<problem> problems;      ///< all of them, not just the first
  std::vector<std::string> warnings;  ///< "key: text"
};

loaded load(const load_sources& from);

/// The environment variables of this process, as "NAME=value".
std::vector<std::string> process_environment();

}  // namespace roost
