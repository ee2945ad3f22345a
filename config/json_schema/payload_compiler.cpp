// SPDX-License-Identifier: Apache-2.0
#include "config/json_schema/payload_compiler.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "config/base/exact_json.hpp"
#include "config/json_schema/payload_dialect.hpp"
#include "config/json_schema/payload_keywords.hpp"

namespace roost {
namespace {

using json = nlohmann::json;

struct type_name {
  std::string_view name;
  std::uint8_t types;
};
constexpr std::array type_names{
    type_name{"null", type_null},
    type_name{"boolean", type_boolean},
    type_name{"object", type_object},
    type_name{"array", type_array},
    type_name{"string", type_string},
    type_name{"integer", type_integer},
    type_name{"number", type_integer | type_fraction},
};

std::uint8_t types_of(const json& given) {
  std::uint8_t out = 0;
  for (const auto& one : given.is_array() ? given : json::array({given})) {
    for (const auto& known : type_names) {
      if (one == known.name) out |= known.types;
    }
  }
  return out;
}

/// Compiles each schema of a file once. Owns: the rules so far, and the index of each compiled
/// schema. Runs on: the caller's thread. Ends: with run().
class compiler {
 public:
  explicit compiler(const json& root) : root_(root) {}

  payload_rules run() {
    out_.root = index_of(root_);
    return std::move(out_);
  }

 private:
  rule_index index_of(const json& schema) {
    if (schema.is_object() && schema.contains("$ref")) {
      const auto& to = schema["$ref"].get_ref<const std::string&>();
      return index_of(*payload_dialect::target_of(root_, to));
    }
    const auto index = static_cast<rule_index>(out_.all.size());
    const auto [known, is_new] = made_.emplace(&schema, index);
    if (!is_new) return known->second;
    out_.all.emplace_back();  // reserve the index: inner schemas may refer back to this one
    auto rule = schema.is_object() ? rule_of(schema) : payload_rule{};
    if (schema == false) rule.types = 0;
    out_.all[index] = std::move(rule);
    return index;
  }

  payload_rule rule_of(const json& schema) {
    payload_rule out;
    for (const auto& [key, value] : schema.items()) {
      take_value(key, value, out);
      take_number(key, value, out.numbers);
      take_string(key, value, out.strings);
      take_array(key, value, out.arrays);
      take_object(key, value, out.objects);
    }
    const auto items = schema.find("items");
    if (items == schema.end() || !items->is_array()) {
      // additionalItems only counts if items is a list.
      out.arrays.rest = optional_at(schema, "items");
    }
    return out;
  }

  std::optional<rule_index> optional_at(const json& schema, const char* key) {
    const auto found = schema.find(key);
    if (found == schema.end()) return std::nullopt;
    return index_of(*found);
  }
  std::vector<rule_index> list_of(const json& schemas) {
    std::vector<rule_index> out;
    for (const auto& one : schemas) out.push_back(index_of(one));
    return out;
  }

  void take_value(const std::string& key, const json& value, payload_rule& out) {
    if (key == "type") out.types = types_of(value);
    if (key == "enum") restrict_values(value.get<std::vector<json>>(), out);
    if (key == "const") restrict_values({value}, out);
    if (key == "allOf") out.all = list_of(value);
    if (key == "anyOf") out.any = list_of(value);
    if (key == "oneOf") out.one = list_of(value);
    if (key == "not") out.none = index_of(value);
    if (key == "if") out.condition = index_of(value);
    if (key == "then") out.on_true = index_of(value);
    if (key == "else") out.on_false = index_of(value);
  }
  /// A schema with enum and const allows only the values that both have.
  static void restrict_values(std::vector<json> values, payload_rule& out) {
    if (!out.values) {
      out.values = std::move(values);
      return;
    }
    std::erase_if(*out.values, [&](const json& one) {
      return std::ranges::none_of(values, [&](const json& e) { return is_exactly(one, e); });
    });
  }

  static void take_number(const std::string& key, const json& value,
                          payload_rule::of_numbers& out) {
    if (key == "minimum") out.minimum = value;
    if (key == "maximum") out.maximum = value;
    if (key == "exclusiveMinimum") out.exclusive_minimum = value;
    if (key == "exclusiveMaximum") out.exclusive_maximum = value;
    if (key == "multipleOf") out.multiple_of = value;
  }
  static void take_string(const std::string& key, const json& value,
                          payload_rule::of_strings& out) {
    if (key == "minLength") out.characters.min = value.get<std::uint64_t>();
    if (key == "maxLength") out.characters.max = value.get<std::uint64_t>();
    if (key == "pattern") out.pattern = *ecma_pattern::compile(value.get<std::string>());
  }
  void take_array(const std::string& key, const json& value, payload_rule::of_arrays& out) {
    if (key == "minItems") out.count.min = value.get<std::uint64_t>();
    if (key == "maxItems") out.count.max = value.get<std::uint64_t>();
    if (key == "uniqueItems") out.is_unique = value.get<bool>();
    if (key == "items" && value.is_array()) out.first = list_of(value);
    if (key == "additionalItems") out.rest = index_of(value);
    if (key == "contains") out.contains = index_of(value);
  }
  void take_object(const std::string& key, const json& value, payload_rule::of_objects& out) {
    if (key == "minProperties") out.count.min = value.get<std::uint64_t>();
    if (key == "maxProperties") out.count.max = value.get<std::uint64_t>();
    if (key == "required") out.required = value.get<std::vector<std::string>>();
    if (key == "additionalProperties") out.rest = index_of(value);
    if (key == "propertyNames") out.names = index_of(value);
    if (key == "dependencies") take_dependencies(value, out);
    if (key == "properties") {
      for (const auto& [name, one] : value.items()) out.properties[name] = index_of(one);
    }
    if (key == "patternProperties") {
      for (const auto& [pattern, one] : value.items()) {
        out.patterns.emplace_back(*ecma_pattern::compile(pattern), index_of(one));
      }
    }
  }
  void take_dependencies(const json& value, payload_rule::of_objects& out) {
    for (const auto& [name, one] : value.items()) {
      if (one.is_array()) {
        out.needed_names[name] = one.get<std::vector<std::string>>();
      } else {
        out.needed_rules[name] = index_of(one);
      }
    }
  }

  const json& root_;
  std::map<const json*, rule_index> made_;
  payload_rules out_;
};

}  // namespace

payload_rules compile_payload_schema(const json& schema) { return compiler{schema}.run(); }

}  // namespace roost
