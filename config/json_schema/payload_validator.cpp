// SPDX-License-Identifier: Apache-2.0
#include "config/json_schema/payload_validator.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "config/base/exact_json.hpp"

namespace roost {
namespace {

using json = nlohmann::json;

std::uint8_t type_of(const json& value) {
  switch (value.type()) {
    case json::value_t::null:
      return type_null;
    case json::value_t::boolean:
      return type_boolean;
    case json::value_t::object:
      return type_object;
    case json::value_t::array:
      return type_array;
    case json::value_t::string:
      return type_string;
    default:
      return is_whole_number(value) ? type_integer : type_fraction;
  }
}

std::uint64_t characters_in(std::string_view utf8) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(utf8, [](unsigned char byte) { return (byte & 0xC0U) != 0x80U; }));
}

bool satisfies_numbers(const json& value, const payload_rule::of_numbers& rule) {
  const auto order = [&](const json& bound) { return exact_order(value, bound); };
  return (!rule.minimum || order(*rule.minimum) >= 0) &&
         (!rule.maximum || order(*rule.maximum) <= 0) &&
         (!rule.exclusive_minimum || order(*rule.exclusive_minimum) > 0) &&
         (!rule.exclusive_maximum || order(*rule.exclusive_maximum) < 0) &&
         (!rule.multiple_of || is_multiple_of(value, *rule.multiple_of));
}

bool satisfies_strings(const std::string& text, const payload_rule::of_strings& rule) {
  return rule.characters.has(characters_in(text)) &&
         (!rule.pattern || rule.pattern->is_found_in(text));
}

bool are_different(const json& items) {
  const auto is_before = [](const json* left, const json* right) {
    return exact_order(*left, *right) < 0;
  };
  std::set<const json*, decltype(is_before)> seen;
  return std::ranges::all_of(items, [&](const json& one) { return seen.insert(&one).second; });
}

/// One validation of a value. Owns: the counts of checks and levels, against the limits. Runs on:
/// the caller's thread. Ends: with satisfies().
class validation {
 public:
  explicit validation(const payload_rules& rules) : rules_(rules) {}

  /// False if a limit was reached, even inside of a "not", which negates the result of its schema.
  bool is_valid(const json& value) { return check(rules_.root, value) && !is_limit_reached_; }

 private:
  bool check(rule_index index, const json& value) {
    if (++checks_ > payload_checks_max || depth_ >= payload_checks_deep_max)
      is_limit_reached_ = true;
    if (is_limit_reached_) return false;
    ++depth_;
    const bool out = satisfies_rule(rules_.all[index], value);
    --depth_;
    return out;
  }
  bool check(const std::optional<rule_index>& index, const json& value) {
    return !index || check(*index, value);
  }

  bool satisfies_rule(const payload_rule& rule, const json& value) {
    const auto type = type_of(value);
    if ((rule.types & type) == 0 || !is_one_of(rule, value)) return false;
    if (value.is_number() && !satisfies_numbers(value, rule.numbers)) return false;
    if (value.is_string() &&
        !satisfies_strings(value.get_ref<const std::string&>(), rule.strings)) {
      return false;
    }
    if (value.is_array() && !satisfies_arrays(value, rule.arrays)) return false;
    if (value.is_object() && !satisfies_objects(value, rule.objects)) return false;
    return satisfies_combinations(rule, value);
  }

  static bool is_one_of(const payload_rule& rule, const json& value) {
    return !rule.values || std::ranges::any_of(*rule.values, [&](const json& one) {
      return is_exactly(one, value);
    });
  }

  bool satisfies_combinations(const payload_rule& rule, const json& value) {
    const auto holds = [&](rule_index one) { return check(one, value); };
    if (!std::ranges::all_of(rule.all, holds)) return false;
    if (!rule.any.empty() && !std::ranges::any_of(rule.any, holds)) return false;
    if (!rule.one.empty() && std::ranges::count_if(rule.one, holds) != 1) return false;
    if (rule.none && check(*rule.none, value)) return false;
    if (!rule.condition) return true;
    return check(*rule.condition, value) ? check(rule.on_true, value) : check(rule.on_false, value);
  }

  bool satisfies_arrays(const json& items, const payload_rule::of_arrays& rule) {
    if (!rule.count.has(items.size())) return false;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const bool is_first = i < rule.first.size();
      if (!(is_first ? check(rule.first[i], items[i]) : check(rule.rest, items[i]))) return false;
    }
    const auto fits = [&](const json& one) { return check(*rule.contains, one); };
    if (rule.contains && std::ranges::none_of(items, fits)) return false;
    return !rule.is_unique || are_different(items);
  }

  bool satisfies_objects(const json& object, const payload_rule::of_objects& rule) {
    const auto has = [&](const std::string& name) { return object.contains(name); };
    if (!rule.count.has(object.size()) || !std::ranges::all_of(rule.required, has)) return false;
    for (const auto& [name, value] : object.items()) {
      if (rule.names && !check(*rule.names, json(name))) return false;
      if (!satisfies_member(name, value, rule)) return false;
    }
    return std::ranges::all_of(rule.needed_names,
                               [&](const auto& one) {
                                 return !has(one.first) || std::ranges::all_of(one.second, has);
                               }) &&
           std::ranges::all_of(rule.needed_rules, [&](const auto& one) {
             return !has(one.first) || check(one.second, object);
           });
  }
  bool satisfies_member(const std::string& name, const json& value,
                        const payload_rule::of_objects& rule) {
    const auto named = rule.properties.find(name);
    bool is_known = named != rule.properties.end();
    if (is_known && !check(named->second, value)) return false;
    for (const auto& [pattern, one] : rule.patterns) {
      if (!pattern.is_found_in(name)) continue;
      is_known = true;
      if (!check(one, value)) return false;
    }
    return is_known || check(rule.rest, value);
  }

  const payload_rules& rules_;
  std::uint32_t checks_ = 0;
  std::uint32_t depth_ = 0;
  bool is_limit_reached_ = false;
};

}  // namespace

bool satisfies(const json& value, const payload_rules& rules) {
  return validation{rules}.is_valid(value);
}

}  // namespace roost
