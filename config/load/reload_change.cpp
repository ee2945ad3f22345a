// SPDX-License-Identifier: Apache-2.0
#include "config/load/reload_change.hpp"

namespace roost {

using json = nlohmann::json;

std::string shown_value(const json& value) {
  constexpr std::size_t shown_bytes_max = 200;
  auto text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  return text.size() > shown_bytes_max ? text.substr(0, shown_bytes_max) + "..." : text;
}

std::string text_of(const reload_change& change) {
  if (change.from.empty() && change.to.empty()) return change.key + ": changed";
  if (change.from.empty()) return change.key + ": new: " + change.to;
  if (change.to.empty()) return change.key + ": removed: " + change.from;
  return change.key + ": " + change.from + " -> " + change.to;
}

reload_change change_of(const setting_declaration& declaration, const std::string& key,
                        const json& from, const json& to) {
  if (declaration.is_secret) return {key, "", ""};
  return {key, shown_value(from), shown_value(to)};
}

std::string needs_restart(const setting_declaration& declaration, const std::string& key,
                          const json& from, const json& to) {
  const auto change = change_of(declaration, key, from, to);
  const auto change_text = change.to.empty() ? " has changed" : " is " + change.to + " now";
  const auto stays =
      change.from.empty() ? " the old value stays in use" : " it stays " + change.from;
  return key + ":" + change_text + ", which needs a restart;" + stays;
}

}  // namespace roost
