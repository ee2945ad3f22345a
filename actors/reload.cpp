#include "actors/reload.hpp"

#include <exception>
#include <string>
#include <utility>

#include "config/base/log.hpp"
#include "config/reload.hpp"
#include "net/auth/token_office.hpp"

namespace roost::actors {

namespace {

reload_outcome refuse(const std::vector<problem>& problems, metrics& probe) {
  for (const auto& each : problems) {
    log::error("reload_problem", {{"key", each.key}, {"text", each.text}});
  }
  log::error("reload_refused", {{"problems", problems.size()}});
  probe.add(metrics::counter::reloads, "refused");
  return reload_outcome::refused;
}

}  // namespace

reload_outcome reload(settings_store& config, node& node, const loaded& next, metrics& probe) {
  auto plan = diff_settings(config.current(), next);
  rule_book::plans rules;
  if (plan.problems.empty()) {
    try {
      rules = rule_book::prepare(plan.values.rooms);
    } catch (const std::exception& failed) {  // a schema file changed after its check
      plan.problems.push_back({"rooms", failed.what()});
    }
  }
  if (!plan.problems.empty()) return refuse(plan.problems, probe);
  for (const auto& each : plan.warnings) log::warning("configuration", {{"text", each}});
  config.replace(std::move(plan.values));
  log::set_level(config->log.level);
  node.use_rules(std::move(rules));
  if (auto* verifier = node.context().verifier) verifier->reload();
  for (const auto& each : plan.changes) log::info("setting_changed", {{"text", text_of(each)}});
  log::info("reloaded", {{"changes", plan.changes.size()}});
  const bool is_changed = !plan.changes.empty();
  probe.add(metrics::counter::reloads, is_changed ? "changed" : "unchanged");
  return is_changed ? reload_outcome::changed : reload_outcome::unchanged;
}

}  // namespace roost::actors
