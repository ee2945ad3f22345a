// SPDX-License-Identifier: Apache-2.0
// A row of the page of bounds.
#pragma once

#include <string_view>
#include <vector>

namespace roost {

/// One row of docs/bounds.md.
struct bound_row {
  std::string_view subject;
  std::vector<std::string_view> settings;  ///< keys as docs/settings.md lists them; empty: fixed
  std::string_view note;                   ///< the fixed bound, or how the settings apply
  std::string_view over;                   ///< the overflow rule
};

struct bound_group {
  std::string_view title;
  std::vector<bound_row> rows;
};

}  // namespace roost
