// SPDX-License-Identifier: Apache-2.0
#include "config/load/reload_diff_rooms.hpp"

#include <algorithm>

#include "config/load/cross_checks.hpp"
#include "config/schema/schema.hpp"

namespace roost {
namespace {

using json = nlohmann::json;
using rules = std::vector<room_rule>;

std::string at(std::size_t index) { return "rooms[" + std::to_string(index) + "]"; }

/// The first rule that matches all topics of a pattern.
const room_rule* first_for(const rules& all, const std::string& pattern) {
  const auto found = std::ranges::find_if(
      all, [&](const room_rule& rule) { return pattern_covers(rule.match, pattern); });
  return found == all.end() ? nullptr : &*found;
}

const room_rule* same_match(const rules& all, const room_rule& rule) {
  const auto found = std::ranges::find(all, rule.match, &room_rule::match);
  return found == all.end() ? nullptr : &*found;
}

/// Whether any topic would get another kind or durability. The first rule for a topic is also the
/// first rule for the longest pattern that matches the topic, so testing all patterns is enough.
bool changes_any_kind(const rules& now, const rules& next) {
  auto changes_kind = [&](const room_rule& pattern_rule) {
    const auto* from = first_for(now, pattern_rule.match);
    const auto* to = first_for(next, pattern_rule.match);
    return from && to && (from->kind != to->kind || from->durability != to->durability);
  };
  return std::ranges::any_of(now, changes_kind) || std::ranges::any_of(next, changes_kind);
}

json json_of(const std::vector<room_rule::event_rule>& events) {
  auto out = json::object();
  for (const auto& event : events) {
    for (const auto& each : the_schema().events.elements) {
      out[event.name][each.declaration.key] = each.read(event);
    }
  }
  return out;
}

/// Restores the settings in `to` that need a restart, with a warning for each.
void keep_fixed(const room_rule& from, room_rule& to, std::size_t index, reload_diff& diff) {
  for (const auto& one : the_schema().rooms.elements) {
    const auto old = one.read(from);
    const auto wanted = one.read(to);
    if (one.declaration.is_reloadable || old == wanted) continue;
    const auto key = at(index) + "." + one.declaration.key;
    diff.warnings.push_back(needs_restart(one.declaration, key, old, wanted));
    one.write(to, old);
  }
}

void add_rule_changes(const room_rule& from, const room_rule& to, std::size_t index,
                      reload_diff& diff) {
  for (const auto& one : the_schema().rooms.elements) {
    const auto old = one.read(from);
    const auto wanted = one.read(to);
    if (old == wanted) continue;
    diff.changes.push_back(
        change_of(one.declaration, at(index) + "." + one.declaration.key, old, wanted));
  }
  const auto& events = the_schema().events.declaration;
  const auto old = json_of(from.events);
  const auto wanted = json_of(to.events);
  if (old == wanted) return;
  diff.changes.push_back(change_of(events, at(index) + "." + events.key, old, wanted));
}

/// The patterns in `all` that `others` also has, in the order of `all`.
std::vector<std::string> order_of(const rules& all, const rules& others) {
  std::vector<std::string> out;
  for (const auto& rule : all) {
    if (same_match(others, rule)) out.push_back(rule.match);
  }
  return out;
}

void add_list_changes(const rules& now, const rules& next, reload_diff& diff) {
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (!same_match(next, now[i]))
      diff.changes.push_back({at(i), shown_value(json(now[i].match)), ""});
  }
  for (std::size_t i = 0; i < next.size(); ++i) {
    if (const auto* from = same_match(now, next[i])) {
      add_rule_changes(*from, next[i], i, diff);
    } else {
      diff.changes.push_back({at(i), "", shown_value(json(next[i].match))});
    }
  }
  const auto from = order_of(now, next);
  const auto to = order_of(next, now);
  if (from != to) diff.changes.push_back({"rooms", shown_value(json(from)), shown_value(json(to))});
}

}  // namespace

void diff_rooms(const settings& next, reload_diff& diff) {
  auto wanted = next.rooms;
  const auto& now = diff.values.rooms;
  const auto warnings_before = diff.warnings.size();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (const auto* from = same_match(now, wanted[i])) keep_fixed(*from, wanted[i], i, diff);
  }
  if (changes_any_kind(now, wanted)) {
    diff.warnings.resize(warnings_before);
    diff.warnings.emplace_back(
        "rooms: the kind or durability of some topics would change, which needs a restart; the old "
        "rules stay in use");
    return;
  }
  add_list_changes(now, wanted, diff);
  diff.values.rooms = std::move(wanted);
}

}  // namespace roost
