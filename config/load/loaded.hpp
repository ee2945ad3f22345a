// SPDX-License-Identifier: Apache-2.0
// The result of loading the settings: values, or every problem.
#pragma once

#include <string>
#include <vector>

#include "config/schema/problem.hpp"
#include "config/schema/settings.hpp"

namespace roost {

struct loaded {
  settings values;                    ///< usable only if there are no problems
  std::vector<problem> problems;      ///< all of them, not just the first
  std::vector<std::string> warnings;  ///< "key: text"
};

}  // namespace roost
