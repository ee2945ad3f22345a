// Computes the changes of a reload: either all reloadable settings change, or nothing does.
#pragma once

#include <string>
#include <vector>

#include "config/loader.hpp"
#include "config/problem.hpp"
#include "config/settings.hpp"

namespace roost {

/// A change of one setting; key "rooms[2]" for a rule that is added or removed.
struct reload_change {
  std::string key;
  std::string from;  ///< as JSON; empty: it did not exist, or it is secret
  std::string to;
};

/// For example "limits.idle_ms: 90000 -> 30000"; for a secret only "changed".
std::string text_of(const reload_change& change);

struct reload_diff {
  settings values;  ///< the new settings; the old ones if there are problems
  std::vector<problem> problems;
  std::vector<reload_change> changes;  ///< empty: no setting changes
  std::vector<std::string> warnings;   ///< from `next`, and "key: ... needs a restart"
};

/// Has no side effects, but the checks read files. The contents of a file that a setting names (a
/// JWKS, a schema) may change while `changes` is empty: read these files again after each reload
/// without problems.
reload_diff diff_settings(const settings& now, const loaded& next);

}  // namespace roost
