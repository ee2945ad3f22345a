// SPDX-License-Identifier: Apache-2.0
#include "config/schema/access_formats.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "config/base/exact_json.hpp"
#include "config/schema/value_formats.hpp"

namespace roost {
namespace {

using json = nlohmann::json;
using kind = access_rule::grantee;

constexpr std::size_t values_max = 100;
constexpr std::size_t rules_max = 1'000;

struct named_rule {
  std::string_view name;
  kind allowed;
};
constexpr std::array named_rules{
    named_rule{"any", kind::any},   named_rule{"user", kind::user},
    named_rule{"self", kind::self}, named_rule{"grant", kind::grant},
    named_rule{"none", kind::none},
};

std::string shown(const json& value) {
  constexpr std::size_t shown_bytes_max = 120;
  auto text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  return text.size() > shown_bytes_max ? text.substr(0, shown_bytes_max) + "..." : text;
}

bool is_hook(const json& value) {
  return value == "hook" || (value.is_object() && value.contains("hook"));
}

bool is_claim_value(const json& value) {
  using limits = std::numeric_limits<std::int64_t>;
  const bool is_number = is_whole_number(value) && exact_order(value, json(limits::min())) >= 0 &&
                         exact_order(value, json(limits::max())) <= 0;
  return value.is_string() || value.is_boolean() || is_number;
}

/// Collects the problems of a rule. Owns: the problems found so far. Runs on: the caller's thread.
/// Ends: with the check.
class fault_finder {
 public:
  void rule(const json& value, const std::string& at) {
    if (is_hook(value)) return add_fault(at, value, "which is not supported in this version");
    if (value.is_object()) return claim(value, at);
    const bool is_named =
        value.is_string() && std::ranges::any_of(named_rules, [&](const auto& one) {
          return one.name == value.get_ref<const std::string&>();
        });
    if (!is_named) add_fault(at, value, "must be " + std::string{access_formats::rules});
  }

  void pushes(const json& value, const std::string& at) {
    if (!value.is_array()) return rule(value, at);
    if (value.size() > rules_max) return add_fault(at, value, "must have at most 1000 rules");
    each(value, at, [this](const json& one, const std::string& key) { push(one, key); });
  }

  std::vector<problem> take() { return std::move(found_); }

 private:
  void add_fault(const std::string& at, const json& value, const std::string& rule) {
    found_.push_back({at, "is " + shown(value) + ", " + rule});
  }

  template <class Visitor>
  static void each(const json& list, const std::string& at, Visitor visit) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      visit(list[i], at + "[" + std::to_string(i) + "]");
    }
  }

  static bool is_list(const json& value, std::size_t size_max) {
    return value.is_array() && !value.empty() && value.size() <= size_max;
  }

  // Reports a wrong set of members. The caller still checks the members that exist, so that all
  // problems are reported together.
  void check_members(const json& value, const std::string& at, const char* first,
                     const char* second) {
    if (value.is_object() && value.size() == 2 && value.contains(first) && value.contains(second)) {
      return;
    }
    add_fault(at, value, std::string{"must have exactly \""} + first + "\" and \"" + second + "\"");
  }

  void claim(const json& value, const std::string& at) {
    check_members(value, at, "claim", "in");
    if (const auto name = value.find("claim"); name != value.end()) {
      const bool fits = name->is_string() && !name->get_ref<const std::string&>().empty();
      if (!fits) add_fault(at + ".claim", *name, "must be the name of a claim");
    }
    const auto in = value.find("in");
    if (in == value.end()) return;
    if (!is_list(*in, values_max)) {
      return add_fault(at + ".in", *in,
                       "must be a list of 1..100 strings, whole numbers or booleans");
    }
    each(*in, at + ".in", [this](const json& one, const std::string& key) {
      if (!is_claim_value(one))
        add_fault(key, one, "must be a string, a whole number or a boolean");
    });
  }

  void push(const json& value, const std::string& at) {
    check_members(value, at, "events", "allow");
    if (!value.is_object()) return;
    if (const auto names = value.find("events"); names != value.end()) {
      events(*names, at + ".events");
    }
    if (const auto allow = value.find("allow"); allow != value.end()) rule(*allow, at + ".allow");
  }

  void events(const json& value, const std::string& at) {
    if (!is_list(value, rules_max))
      return add_fault(at, value, "must be a list of 1..1000 strings");
    each(value, at, [this](const json& one, const std::string& key) {
      if (!one.is_string()) return add_fault(key, one, "must be a string");
      const auto rule = value_formats::event_pattern(one.get_ref<const std::string&>());
      if (!rule.empty()) add_fault(key, one, std::string{rule});
    });
  }

  std::vector<problem> found_;
};

json json_of(const claim_value& value) {
  return std::visit([](const auto& v) { return json(v); }, value);
}

claim_value claim_value_of(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>();
  return value.get<std::int64_t>();
}

bool is_for_all_events(const push_rule& rule) {
  return rule.events.size() == 1 && rule.events.front() == "*";
}

}  // namespace

std::vector<problem> access_formats::rule_faults(const json& value, const std::string& at) {
  fault_finder finder;
  finder.rule(value, at);
  return finder.take();
}

std::vector<problem> access_formats::pushes_faults(const json& value, const std::string& at) {
  fault_finder finder;
  finder.pushes(value, at);
  return finder.take();
}

void to_json(json& out, const access_rule& rule) {
  if (rule.allowed == kind::claim) {
    auto in = json::array();
    for (const auto& value : rule.in) in.push_back(json_of(value));
    out = json{{"claim", rule.claim}, {"in", std::move(in)}};
    return;
  }
  out = std::string{std::ranges::find(named_rules, rule.allowed, &named_rule::allowed)->name};
}

void from_json(const json& in, access_rule& rule) {
  rule = {};
  if (in.is_object()) {
    rule.allowed = kind::claim;
    rule.claim = in.at("claim").get<std::string>();
    for (const auto& value : in.at("in")) rule.in.push_back(claim_value_of(value));
    return;
  }
  const auto& name = in.get_ref<const std::string&>();
  rule.allowed = std::ranges::find(named_rules, name, &named_rule::name)->allowed;
}

void to_json(json& out, const std::optional<access_rule>& rule) {
  to_json(out, rule.value_or(access_rule{}));
}

void from_json(const json& in, std::optional<access_rule>& rule) { from_json(in, rule.emplace()); }

void to_json(json& out, const std::vector<push_rule>& rules) {
  if (rules.size() == 1 && is_for_all_events(rules.front())) {
    to_json(out, rules.front().allow);
    return;
  }
  out = json::array();
  for (const auto& rule : rules) {
    json allow;
    to_json(allow, rule.allow);
    out.push_back(json{{"events", rule.events}, {"allow", std::move(allow)}});
  }
}

void from_json(const json& in, std::vector<push_rule>& rules) {
  rules.clear();
  if (!in.is_array()) {
    from_json(in, rules.emplace_back().allow);
    return;
  }
  for (const auto& one : in) {
    auto& rule = rules.emplace_back();
    rule.events = one.at("events").get<std::vector<std::string>>();
    from_json(one.at("allow"), rule.allow);
  }
}

void to_json(json& out, const origin_rule& rule) {
  using mode = origin_rule::mode;
  if (rule.how == mode::list) {
    out = rule.entries;
  } else {
    out = rule.how == mode::any ? "any" : "same";
  }
}

void from_json(const json& in, origin_rule& rule) {
  using mode = origin_rule::mode;
  rule = {};
  if (in.is_array()) {
    rule.how = mode::list;
    rule.entries = in.get<std::vector<std::string>>();
  } else {
    rule.how = in == "any" ? mode::any : mode::same;
  }
}

}  // namespace roost
