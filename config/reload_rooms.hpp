// The part of a reload that is about the rules of rooms, and how changes are said.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "config/bounds.hpp"
#include "config/reload.hpp"

namespace roost {

reload_change change_of(const declaration& what, const std::string& key, const nlohmann::json& from,
                        const nlohmann::json& to);
std::string needs_restart(const declaration& what, const std::string& key,
                          const nlohmann::json& from, const nlohmann::json& to);

/// Rules may come, go, move and change; kind and durability of a topic may not. Where they would,
/// the rule keeps them, or if other rules came before it, all rules stay as they are.
void plan_rooms(const settings& next, reload_plan& plan);

}  // namespace roost
