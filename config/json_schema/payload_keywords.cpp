// SPDX-License-Identifier: Apache-2.0
#include "config/json_schema/payload_keywords.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>

#include "config/base/exact_json.hpp"
#include "config/json_schema/ecma_pattern.hpp"

namespace roost::payload_keywords {
namespace {

using json = nlohmann::json;

enum class form : std::uint8_t {
  schema,
  schemas,         ///< a list of schemas, not empty
  schema_or_list,  ///< items
  named_schemas,   ///< an object with a schema per key
  named_patterns,  ///< an object with a schema per key; the keys are patterns
  dependencies,    ///< an object with a schema or a list of names per key
  number,
  positive_number,
  count,
  boolean,
  pattern,
  names,
  types,
  list,
  data,  ///< any value
};

struct keyword {
  std::string_view name;
  form value;
  bool is_annotation = false;  ///< cannot make a payload invalid
};
/// The keywords of draft 7 (core and validation) that are supported.
constexpr std::array keywords{
    keyword{"type", form::types},
    keyword{"enum", form::list},
    keyword{"const", form::data},
    keyword{"multipleOf", form::positive_number},
    keyword{"maximum", form::number},
    keyword{"exclusiveMaximum", form::number},
    keyword{"minimum", form::number},
    keyword{"exclusiveMinimum", form::number},
    keyword{"maxLength", form::count},
    keyword{"minLength", form::count},
    keyword{"pattern", form::pattern},
    keyword{"items", form::schema_or_list},
    keyword{"additionalItems", form::schema},
    keyword{"maxItems", form::count},
    keyword{"minItems", form::count},
    keyword{"uniqueItems", form::boolean},
    keyword{"contains", form::schema},
    keyword{"maxProperties", form::count},
    keyword{"minProperties", form::count},
    keyword{"required", form::names},
    keyword{"properties", form::named_schemas},
    keyword{"patternProperties", form::named_patterns},
    keyword{"additionalProperties", form::schema},
    keyword{"dependencies", form::dependencies},
    keyword{"propertyNames", form::schema},
    keyword{"if", form::schema},
    keyword{"then", form::schema},
    keyword{"else", form::schema},
    keyword{"allOf", form::schemas},
    keyword{"anyOf", form::schemas},
    keyword{"oneOf", form::schemas},
    keyword{"not", form::schema},
    keyword{"definitions", form::named_schemas, true},
    keyword{"$defs", form::named_schemas, true},
};

/// Keywords that are not implemented. A schema with one of them is refused: if the keyword were
/// ignored, the schema would accept payloads that it should refuse.
constexpr std::array unchecked{
    std::string_view{"format"},
    std::string_view{"contentEncoding"},
    std::string_view{"contentMediaType"},
    std::string_view{"contentSchema"},
    std::string_view{"dependentRequired"},
    std::string_view{"dependentSchemas"},
    std::string_view{"unevaluatedItems"},
    std::string_view{"unevaluatedProperties"},
    std::string_view{"prefixItems"},
    std::string_view{"minContains"},
    std::string_view{"maxContains"},
    std::string_view{"$dynamicRef"},
    std::string_view{"$recursiveRef"},
};

constexpr std::array types{std::string_view{"null"},   std::string_view{"boolean"},
                           std::string_view{"object"}, std::string_view{"array"},
                           std::string_view{"number"}, std::string_view{"integer"},
                           std::string_view{"string"}};

template <class List>
bool is_in(const List& list, std::string_view key) {
  return std::ranges::find(list, key) != std::ranges::end(list);
}

const keyword* find_keyword(std::string_view name) {
  const auto* const found = std::ranges::find(keywords, name, &keyword::name);
  return found == keywords.end() ? nullptr : found;
}

/// Whether the value of such a keyword is a schema or contains schemas.
bool has_schemas(form value) { return value <= form::dependencies; }

bool is_list_of_names(const json& value) {
  if (!value.is_array()) return false;
  std::set<std::string> seen;
  return std::ranges::all_of(value, [&](const json& one) {
    return one.is_string() && seen.insert(one.get<std::string>()).second;
  });
}

bool is_list_of_types(const json& value) {
  return !value.empty() && is_list_of_names(value) &&
         std::ranges::all_of(value, [](const json& one) {
           return is_in(types, one.get_ref<const std::string&>());
         });
}

bool is_dependency(const json& value) { return is_schema(value) || is_list_of_names(value); }

bool fits(form wanted, const json& value) {
  switch (wanted) {
    case form::schema:
      return is_schema(value);
    case form::schemas:
      return value.is_array() && !value.empty() && std::ranges::all_of(value, is_schema);
    case form::schema_or_list:
      return is_schema(value) || (value.is_array() && std::ranges::all_of(value, is_schema));
    case form::named_schemas:
    case form::named_patterns:
      return value.is_object() && std::ranges::all_of(value, is_schema);
    case form::dependencies:
      return value.is_object() && std::ranges::all_of(value, is_dependency);
    case form::number:
      return value.is_number();
    case form::positive_number:
      return value.is_number() && exact_order(value, json(0)) > 0;
    case form::count:
      return is_whole_number(value) && exact_order(value, json(0)) >= 0 &&
             exact_order(value, json(std::int64_t{1} << 53)) <= 0;
    case form::boolean:
      return value.is_boolean();
    case form::pattern:
      return value.is_string();
    case form::names:
      return is_list_of_names(value);
    case form::types:
      return is_list_of_types(value.is_array() ? value : json::array({value}));
    case form::list:
      return value.is_array();
    case form::data:
      return true;
  }
  return false;
}

std::string_view text_of(form wanted) {
  switch (wanted) {
    case form::schema:
      return "an object, true or false";
    case form::schemas:
      return "a list of schemas that is not empty";
    case form::schema_or_list:
      return "a schema or a list of schemas";
    case form::named_schemas:
    case form::named_patterns:
      return "an object of schemas";
    case form::dependencies:
      return "an object of schemas or lists of names";
    case form::number:
      return "a number";
    case form::positive_number:
      return "a number above 0";
    case form::count:
      return "a whole number of at least 0";
    case form::boolean:
      return "true or false";
    case form::pattern:
      return "a string";
    case form::names:
      return "a list of different names";
    case form::types:
      return "a type, or a list of different types";
    case form::list:
      return "a list";
    case form::data:
      break;
  }
  return "";
}

std::string pattern_fault(std::string_view pattern) {
  const auto made = ecma_pattern::compile(pattern);
  return made ? ""
              : "the pattern " + json(pattern).dump() + " is refused: " + made.failure().detail;
}

std::string value_fault(const keyword& known, const json& value) {
  if (!fits(known.value, value)) {
    constexpr std::size_t shown_max = 120;
    auto shown = value.dump();
    if (shown.size() > shown_max) shown = shown.substr(0, shown_max) + "...";
    return std::string{known.name} + " is " + shown + ", must be " +
           std::string{text_of(known.value)};
  }
  if (known.value == form::pattern) return pattern_fault(value.get_ref<const std::string&>());
  if (known.value != form::named_patterns) return {};
  for (const auto& [pattern, ignored] : value.items()) {
    if (auto fault = pattern_fault(pattern); !fault.empty()) return fault;
  }
  return {};
}

}  // namespace

bool is_schema(const json& value) { return value.is_object() || value.is_boolean(); }

bool refuses_payloads(std::string_view name) {
  const auto* const known = find_keyword(name);
  return known && !known->is_annotation;
}

std::string find_fault(std::string_view name, const json& value) {
  if (is_in(unchecked, name)) return "the keyword " + std::string{name} + " is not supported";
  const auto* const known = find_keyword(name);
  return known ? value_fault(*known, value) : "";
}

std::vector<inner_schema> inner_schemas(const json& schema) {
  std::vector<inner_schema> out;
  if (!schema.is_object()) return out;
  for (const auto& [key, value] : schema.items()) {
    const auto* const known = find_keyword(key);
    if (!known || !has_schemas(known->value)) continue;
    if (known->value == form::schema ||
        (known->value == form::schema_or_list && is_schema(value))) {
      out.emplace_back("/" + key, &value);
      continue;
    }
    for (const auto& [name, inner] : value.items()) {
      if (is_schema(inner)) out.emplace_back("/" + key + "/" + name, &inner);
    }
  }
  return out;
}

}  // namespace roost::payload_keywords
