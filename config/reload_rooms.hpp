// The reload of room rules, and the texts that describe changes.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "config/bounds.hpp"
#include "config/reload.hpp"

namespace roost {

reload_change change_of(const setting_declaration& declaration, const std::string& key,
                        const nlohmann::json& from, const nlohmann::json& to);
std::string needs_restart(const setting_declaration& declaration, const std::string& key,
                          const nlohmann::json& from, const nlohmann::json& to);

/// Rules may be added, removed, reordered and changed, but kind and durability of a topic must stay
/// until a restart. A rule with the same `match` keeps its old kind and durability. If topics would
/// still change, because another rule now matches them first, all rules stay as they are.
void diff_rooms(const settings& next, reload_diff& plan);

}  // namespace roost
