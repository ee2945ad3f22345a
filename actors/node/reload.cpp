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
  auto diff = diff_settings(config.current(), next);
  room_rules::compiled_rules rules;
  if (diff.problems.empty()) {
    try {
      rules = room_rules::compile(diff.values.rooms);
    } catch (const std::exception& failed) {  // a schema file changed after its check
      diff.problems.push_back({"rooms", failed.what()});
    }
  }
  if (!diff.problems.empty()) return refuse(diff.problems, probe);
  for (const auto& each : diff.warnings) log::warning("configuration", {{"text", each}});
  config.replace(std::move(diff.values));
  log::set_level(config->log.level);
  node.use_rules(std::move(rules));
  node.reload_tokens();
  for (const auto& each : diff.changes) log::info("setting_changed", {{"text", text_of(each)}});
  log::info("reloaded", {{"changes", diff.changes.size()}});
  const bool is_changed = !diff.changes.empty();
  probe.add(metrics::counter::reloads, is_changed ? "changed" : "unchanged");
  return is_changed ? reload_result::changed : reload_result::unchanged;
}

}  // namespace roost::actors
