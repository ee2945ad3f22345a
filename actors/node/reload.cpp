// SPDX-License-Identifier: Apache-2.0
#include "actors/node/reload.hpp"

#include <exception>
#include <string>
#include <utility>

#include "config/load/reload_diff.hpp"
#include "config/telemetry/log.hpp"

namespace roost::actors {

namespace {

reload_result refuse(const std::vector<problem>& problems, metrics& probe) {
  for (const auto& each : problems) {
    log::error("reload_problem", {{"key", each.key}, {"text", each.text}});
  }
  log::error("reload_refused", {{"problems", problems.size()}});
  probe.add(metrics::counter::reloads, "refused");
  return reload_result::refused;
}

}  // namespace

reload_result reload(settings_store& config, node& node, const loaded& next, metrics& probe) {
  auto rule = diff_settings(config.current(), next);
  room_rules::compiled_rules rules;
  if (rule.problems.empty()) {
    try {
      rules = room_rules::compile(rule.values.rooms);
    } catch (const std::exception& failed) {  // a schema file changed after its check
      rule.problems.push_back({"rooms", failed.what()});
    }
  }
  if (!rule.problems.empty()) return refuse(rule.problems, probe);
  for (const auto& each : rule.warnings) log::warning("configuration", {{"text", each}});
  config.replace(std::move(rule.values));
  log::set_level(config->log.level);
  node.use_rules(std::move(rules));
  node.reload_tokens();
  for (const auto& each : rule.changes) log::info("setting_changed", {{"text", text_of(each)}});
  log::info("reloaded", {{"changes", rule.changes.size()}});
  const bool is_changed = !rule.changes.empty();
  probe.add(metrics::counter::reloads, is_changed ? "changed" : "unchanged");
  return is_changed ? reload_result::changed : reload_result::unchanged;
}

}  // namespace roost::actors
