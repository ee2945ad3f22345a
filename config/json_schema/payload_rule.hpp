// SPDX-License-Identifier: Apache-2.0
// Data structures of a compiled JSON schema. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/json_schema/ecma_pattern.hpp"

namespace roost {

/// An index into payload_rules::all. Rules refer to each other by index, as they may form cycles.
using rule_index = std::uint32_t;

/// Bits of payload_rule::types.
enum payload_type : std::uint8_t {
  type_null = 1,
  type_boolean = 2,
  type_object = 4,
  type_array = 8,
  type_integer = 16,
  type_fraction = 32,  ///< a number with a fraction
  type_string = 64,
  type_any = 127,
};

struct count_bounds {
  std::uint64_t min = 0;
  std::uint64_t max = UINT64_MAX;
  bool has(std::uint64_t n) const { return n >= min && n <= max; }
};

/// The rule of one schema. An absent member accepts every value.
struct payload_rule {
  std::uint8_t types = type_any;  ///< 0: the schema is false and accepts nothing
  std::optional<std::vector<nlohmann::json>> values{};  ///< enum, const
  std::vector<rule_index> all{};                        ///< allOf
  std::vector<rule_index> any{};                        ///< anyOf
  std::vector<rule_index> one{};                        ///< oneOf
  std::optional<rule_index> none{};                     ///< not
  std::optional<rule_index> condition{};                ///< if
  std::optional<rule_index> on_true{};                  ///< then
  std::optional<rule_index> on_false{};                 ///< else

  struct of_numbers {
    std::optional<nlohmann::json> minimum{};
    std::optional<nlohmann::json> maximum{};
    std::optional<nlohmann::json> exclusive_minimum{};
    std::optional<nlohmann::json> exclusive_maximum{};
    std::optional<nlohmann::json> multiple_of{};
  } numbers{};

  struct of_strings {
    count_bounds characters{};
    std::optional<ecma_pattern> pattern{};
  } strings{};

  struct of_arrays {
    count_bounds count{};
    bool is_unique = false;
    std::vector<rule_index> first{};   ///< items, if it is a list
    std::optional<rule_index> rest{};  ///< items; or additionalItems if items is a list
    std::optional<rule_index> contains{};
  } arrays{};

  struct of_objects {
    count_bounds count{};
    std::vector<std::string> required{};
    std::map<std::string, rule_index, std::less<>> properties{};
    std::vector<std::pair<ecma_pattern, rule_index>> patterns{};
    std::optional<rule_index> rest{};  ///< additionalProperties
    std::optional<rule_index> names{};
    std::map<std::string, std::vector<std::string>> needed_names{};  ///< dependencies
    std::map<std::string, rule_index> needed_rules{};                ///< dependencies
  } objects{};
};

/// All rules of a schema file; `root` is the index of the outermost.
struct payload_rules {
  std::vector<payload_rule> all{};
  rule_index root = 0;
};

}  // namespace roost
