#include "config/access_forms.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "config/forms.hpp"

namespace roost {
namespace {

using json = nlohmann::json;
using who = access_rule::who;

constexpr std::size_t values_max = 100;
constexpr std::size_t rules_max = 1'000;

struct named_rule {
  std::string_view name;
  who allowed;
};
constexpr std::array named_rules{
    named_rule{"any", who::any},     named_rule{"user", who::user}, named_rule{"self", who::self},
    named_rule{"grant", who::grant}, named_rule{"none", who::none},
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
  if (value.is_number_unsigned()) {
    return value.get<std::uint64_t>() <=
           static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  }
  return value.is_string() || value.is_boolean() || value.is_number_integer();
}

std::string claim_fault(const json& value) {
  const bool is_pair = value.size() == 2 && value.contains("claim") && value.contains("in");
  if (!is_pair) return "is " + shown(value) + ", must have just \"claim\" and \"in\"";
  const auto& name = value["claim"];
  if (!name.is_string() || name.get_ref<const std::string&>().empty()) {
    return "has \"claim\" " + shown(name) + ", must be the name of a claim";
  }
  const auto& in = value["in"];
  const bool fits = in.is_array() && !in.empty() && in.size() <= values_max &&
                    std::ranges::all_of(in, is_claim_value);
  return fits ? ""
              : "has \"in\" " + shown(in) +
                    ", must be a list of 1..100 texts, whole numbers or booleans";
}

std::string events_fault(const json& value) {
  const bool is_list = value.is_array() && !value.empty() && value.size() <= rules_max &&
                       std::ranges::all_of(value, [](const json& one) { return one.is_string(); });
  if (!is_list) return "has \"events\" " + shown(value) + ", must be a list of 1..1000 texts";
  for (const auto& one : value) {
    const auto rule = forms::event_pattern(one.get_ref<const std::string&>());
    if (!rule.empty()) return "has the event " + shown(one) + ", which " + std::string{rule};
  }
  return {};
}

std::string push_fault(const json& value) {
  const bool is_pair =
      value.is_object() && value.size() == 2 && value.contains("events") && value.contains("allow");
  if (!is_pair) return "is " + shown(value) + ", must have just \"events\" and \"allow\"";
  if (auto fault = events_fault(value["events"]); !fault.empty()) return fault;
  auto fault = access_forms::rule_fault(value["allow"]);
  return fault.empty() ? "" : "has an \"allow\" that " + fault;
}

json json_of(const claim_value& value) {
  return std::visit([](const auto& v) { return json(v); }, value);
}

claim_value claim_value_of(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>();
  return value.get<std::int64_t>();
}

bool stands_for_all(const push_rule& rule) {
  return rule.events.size() == 1 && rule.events.front() == "*";
}

}  // namespace

std::string access_forms::rule_fault(const json& value) {
  if (is_hook(value)) return "is " + shown(value) + ", which is not in this version";
  if (value.is_object()) return claim_fault(value);
  const bool is_named = value.is_string() && std::ranges::any_of(named_rules, [&](const auto& one) {
                          return one.name == value.get_ref<const std::string&>();
                        });
  return is_named ? "" : "is " + shown(value) + ", must be " + std::string{rules};
}

std::string access_forms::pushes_fault(const json& value) {
  if (!value.is_array()) return rule_fault(value);
  if (value.size() > rules_max) return "must have at most 1000 rules";
  for (std::size_t i = 0; i < value.size(); ++i) {
    auto fault = push_fault(value[i]);
    if (!fault.empty()) return "[" + std::to_string(i) + "] " + fault;
  }
  return {};
}

void to_json(json& out, const access_rule& rule) {
  if (rule.allowed == who::claim) {
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
    rule.allowed = who::claim;
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
  if (rules.size() == 1 && stands_for_all(rules.front())) {
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

}  // namespace roost
