// What a reload changes: all of what may change while the node runs, or nothing.
#pragma once

#include <string>
#include <vector>

#include "config/loader.hpp"
#include "config/problem.hpp"
#include "config/settings.hpp"

namespace roost {

/// A setting that gets another value; "rooms[2]" for a rule that comes or goes.
struct reload_change {
  std::string key;
  std::string from;  ///< as JSON; empty: it was not there, or is secret
  std::string to;
};

/// "limits.idle_ms: 90000 -> 30000"; of a secret only "changed".
std::string text_of(const reload_change& change);

struct reload_plan {
  settings values;  ///< what holds afterwards; what held before where there are problems
  std::vector<problem> problems;
  std::vector<reload_change> changes;  ///< none: the reload changes nothing that is a setting
  std::vector<std::string> warnings;   ///< those of `next`, and "key: ... needs a restart"
};

/// Pure but for the files that checks read. A file that a setting names (a JWKS, a schema) may have
/// changed without a change in here: read them anew after every reload without problems.
reload_plan plan_reload(const settings& now, const loaded& next);

}  // namespace roost
