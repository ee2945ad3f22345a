// SPDX-License-Identifier: Apache-2.0
// The changes of a reload, and the texts that describe them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "config/schema/problem.hpp"
#include "config/schema/setting_declaration.hpp"
#include "config/schema/settings.hpp"

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

/// The value as JSON, truncated after 200 bytes.
std::string shown_value(const nlohmann::json& value);
reload_change change_of(const setting_declaration& declaration, const std::string& key,
                        const nlohmann::json& from, const nlohmann::json& to);
std::string needs_restart(const setting_declaration& declaration, const std::string& key,
                          const nlohmann::json& from, const nlohmann::json& to);

}  // namespace roost
