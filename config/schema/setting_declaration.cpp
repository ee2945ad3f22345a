// SPDX-License-Identifier: Apache-2.0
#include "config/schema/setting_declaration.hpp"

#include <algorithm>

#include "config/base/exact_json.hpp"
#include "config/schema/access_formats.hpp"

namespace roost {
namespace {

using json = nlohmann::json;

std::string range_text(const bounds& b) {
  return std::to_string(b.min) + ".." + std::to_string(b.max);
}

std::string shown(const setting_declaration& d, const json& value) {
  constexpr std::size_t shown_bytes_max = 120;
  if (d.is_secret) return "has a hidden value";
  auto text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > shown_bytes_max) text = text.substr(0, shown_bytes_max) + "...";
  return "is " + text;
}

bool is_within(const bounds& b, const json& value) {
  return exact_order(value, json(b.min)) >= 0 && exact_order(value, json(b.max)) <= 0;
}

bool is_count_within(const bounds& b, std::size_t n) {
  return n >= static_cast<std::size_t>(b.min) && n <= static_cast<std::size_t>(b.max);
}

bool is_origin_mode(const setting_declaration& d, const json& value) {
  return d.type == value_type::origins && (value == "any" || value == "same");
}

/// Whether type and size of the value are right; inner_faults() checks its entries.
bool fits(const setting_declaration& d, const json& value) {
  switch (d.type) {
    case value_type::boolean:
      return value.is_boolean();
    case value_type::integer:
      return is_whole_number(value) && is_within(d.within, value);
    case value_type::text:
      return value.is_string() &&
             is_count_within(d.within, value.get_ref<const std::string&>().size());
    case value_type::choice:
      return value.is_string() &&
             std::ranges::find(d.choices, value.get<std::string>()) != d.choices.end();
    case value_type::origins:
    case value_type::texts:
    case value_type::objects:
      return is_origin_mode(d, value) ||
             (value.is_array() && is_count_within(d.within, value.size()));
    case value_type::named:
      return value.is_object() && is_count_within(d.within, value.size());
    case value_type::access:
    case value_type::pushes:
      return true;  // find_faults() validates these with access_formats
  }
  return false;
}

std::string_view article_of(value_type type) {
  using enum value_type;
  if (type == named) return "an ";
  return type == text || type == texts || type == objects ? "a " : "";
}

std::string whole_fault(const setting_declaration& d, const json& value) {
  if (fits(d, value)) return {};
  if (!d.refusal.empty() && value.is_string()) return shown(d, value) + ", but " + d.refusal;
  const bool is_whole = d.type != value_type::integer || is_whole_number(value);
  const auto before = is_whole ? article_of(d.type) : "a whole number, ";
  return shown(d, value) + ", must be " + std::string{before} + bounds_text(d);
}

std::string format_fault(const setting_declaration& d, const json& text) {
  if (!text.is_string()) return shown(d, text) + ", must be a string";
  const auto rule = d.format ? d.format(text.get_ref<const std::string&>()) : "";
  return rule.empty() ? "" : shown(d, text) + ", " + std::string{rule};
}

/// The problems of the entries of a value that fits().
std::vector<problem> inner_faults(const setting_declaration& d, const json& value,
                                  const std::string& at) {
  std::vector<problem> out;
  auto check = [&](const json& text, const std::string& key) {
    if (auto fault = format_fault(d, text); !fault.empty()) out.push_back({key, std::move(fault)});
  };
  if (value.is_array() && d.type != value_type::objects) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      check(value[i], at + "[" + std::to_string(i) + "]");
    }
  } else if (value.is_object()) {
    for (const auto& [name, ignored] : value.items()) check(name, at + "." + name);
  } else if (d.type == value_type::text) {
    check(value, at);
  }
  return out;
}

std::string choices_text(const std::vector<std::string>& choices) {
  std::string out;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) out += i + 1 == choices.size() ? " or " : ", ";
    out += choices[i];
  }
  return out;
}

}  // namespace

std::string bounds_text(const setting_declaration& d) {
  switch (d.type) {
    case value_type::boolean:
      return "true or false";
    case value_type::integer:
      return range_text(d.within) + (d.unit.empty() ? "" : " " + d.unit);
    case value_type::text:
      return "string of " + range_text(d.within) + " bytes";
    case value_type::choice:
      return choices_text(d.choices);
    case value_type::texts:
      return "list of " + range_text(d.within) + " strings";
    case value_type::origins:
      return "any, same or a list of " + range_text(d.within) + " entries";
    case value_type::objects:
      return "list of " + range_text(d.within) + " objects";
    case value_type::named:
      return "object of " + range_text(d.within) + " names";
    case value_type::access:
      return std::string{access_formats::rules};
    case value_type::pushes:
      return "a rule as for allow.join, or a list of {\"events\", \"allow\"}";
  }
  return {};
}

std::vector<problem> find_faults(const setting_declaration& d, const json& value,
                                 const std::string& at) {
  if (d.type == value_type::access) return access_formats::rule_faults(value, at);
  if (d.type == value_type::pushes) return access_formats::pushes_faults(value, at);
  if (auto fault = whole_fault(d, value); !fault.empty()) return {{at, std::move(fault)}};
  return inner_faults(d, value, at);
}

json value_from_text(const setting_declaration& d, const std::string& text) {
  if (d.type == value_type::text || d.type == value_type::choice) return text;
  if (d.type == value_type::origins && !text.starts_with('[')) return text;
  auto value = json::parse(text, nullptr, false, true);
  return value.is_discarded() ? json(text) : value;
}

}  // namespace roost
