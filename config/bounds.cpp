#include "config/bounds.hpp"

#include <algorithm>
#include <limits>

#include "config/access_forms.hpp"

namespace roost {
namespace {

using json = nlohmann::json;

std::string span_text(const bounds& b) {
  return std::to_string(b.least) + ".." + std::to_string(b.most);
}

std::string shown(const declaration& d, const json& value) {
  constexpr std::size_t shown_bytes_max = 120;
  if (d.is_secret) return "is a value that is not shown";
  auto text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > shown_bytes_max) text = text.substr(0, shown_bytes_max) + "...";
  return "is " + text;
}

bool is_within(const bounds& b, const json& value) {
  auto top = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > top) return false;
  auto n = value.get<std::int64_t>();
  return n >= b.least && n <= b.most;
}

bool is_count_within(const bounds& b, std::size_t n) {
  return n >= static_cast<std::size_t>(b.least) && n <= static_cast<std::size_t>(b.most);
}

bool is_list_of_texts(const json& value) {
  return value.is_array() &&
         std::ranges::all_of(value, [](const json& one) { return one.is_string(); });
}

bool fits(const declaration& d, const json& value) {
  switch (d.type) {
    case value_type::boolean:
      return value.is_boolean();
    case value_type::integer:
      return value.is_number_integer() && is_within(d.within, value);
    case value_type::text:
      return value.is_string() &&
             is_count_within(d.within, value.get_ref<const std::string&>().size());
    case value_type::choice:
      return value.is_string() &&
             std::ranges::find(d.choices, value.get<std::string>()) != d.choices.end();
    case value_type::origins:
      if (value == "any" || value == "same") return true;
      [[fallthrough]];
    case value_type::texts:
      return is_list_of_texts(value) && is_count_within(d.within, value.size());
    case value_type::objects:
      return value.is_array() && is_count_within(d.within, value.size());
    case value_type::named:
      return value.is_object() && is_count_within(d.within, value.size());
    case value_type::access:
    case value_type::pushes:
      return true;  // find_fault() says more than yes or no
  }
  return false;
}

std::string form_fault(const declaration& d, const json& value) {
  if (!d.form) return {};
  if (value.is_array()) {
    for (const auto& one : value) {
      if (auto fault = form_fault(d, one); !fault.empty()) return fault;
    }
    return {};
  }
  if (value.is_object()) {
    for (const auto& [name, ignored] : value.items()) {
      if (auto fault = form_fault(d, name); !fault.empty()) return fault;
    }
    return {};
  }
  bool is_mode = d.type == value_type::origins;
  if (is_mode && (value == "any" || value == "same")) return {};
  auto rule = d.form(value.get_ref<const std::string&>());
  return rule.empty() ? "" : shown(d, value) + ", " + std::string{rule};
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

std::string bounds_text(const declaration& d) {
  switch (d.type) {
    case value_type::boolean:
      return "true or false";
    case value_type::integer:
      return span_text(d.within) + (d.unit.empty() ? "" : " " + d.unit);
    case value_type::text:
      return "text of " + span_text(d.within) + " bytes";
    case value_type::choice:
      return choices_text(d.choices);
    case value_type::texts:
      return "list of " + span_text(d.within) + " texts";
    case value_type::origins:
      return "any, same or a list of " + span_text(d.within) + " entries";
    case value_type::objects:
      return "list of " + span_text(d.within) + " objects";
    case value_type::named:
      return "object of " + span_text(d.within) + " names";
    case value_type::access:
      return std::string{access_forms::rules};
    case value_type::pushes:
      return "such a rule, or a list of {\"events\", \"allow\"}";
  }
  return {};
}

std::string find_fault(const declaration& d, const json& value) {
  if (d.type == value_type::access) return access_forms::rule_fault(value);
  if (d.type == value_type::pushes) return access_forms::pushes_fault(value);
  if (fits(d, value)) return form_fault(d, value);
  if (!d.refusal.empty() && value.is_string()) return shown(d, value) + ", but " + d.refusal;
  return shown(d, value) + ", must be " + bounds_text(d);
}

json value_from_text(const declaration& d, const std::string& text) {
  if (d.type == value_type::text || d.type == value_type::choice) return text;
  if (d.type == value_type::origins && !text.starts_with('[')) return text;
  auto value = json::parse(text, nullptr, false, true);
  return value.is_discarded() ? json(text) : value;
}

}  // namespace roost
