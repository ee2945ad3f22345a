// SPDX-License-Identifier: Apache-2.0
// The declaration of a setting, and the validation of a value against it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "config/schema/problem.hpp"

namespace roost {

enum class value_type : std::uint8_t {
  boolean,
  integer,
  text,
  choice,
  texts,
  origins,
  objects,
  named,   ///< an object whose keys the user chooses
  access,  ///< an access rule, see access_formats.hpp
  pushes,  ///< access rules for pushes, see access_formats.hpp
};

/// Limits of a value. For an integer its value, for a text its length in bytes, for a list or an
/// object the number of entries.
struct bounds {
  std::int64_t min = 0;
  std::int64_t max = 0;
};

/// The properties of one setting, independent of the struct that stores it.
struct setting_declaration {
  using format_check = std::string_view (*)(std::string_view);

  std::string key{};   ///< key path in its struct: "listen.port", or "match" for rooms[].match
  std::string text{};  ///< its meaning, one sentence
  value_type type = value_type::text;
  std::string unit{};  ///< empty: none
  bounds within{};
  std::vector<std::string> choices{};
  std::string refusal{};          ///< error text that replaces the list of choices
  format_check format = nullptr;  ///< checks a text, each text of a list, or each name
  std::string special_default{};  ///< describes a default that is not a constant
  bool is_reloadable = false;
  bool is_secret = false;
};

/// The bounds as text for documentation and problems: "1..65535", "json or text".
std::string bounds_text(const setting_declaration& d);

/// Validates `value`, which is at the key path `at`, and returns every problem; a list or object
/// has one per faulty entry. The text of a problem never contains a secret value.
std::vector<problem> find_faults(const setting_declaration& d, const nlohmann::json& value,
                                 const std::string& at);

/// Parses a value that an environment variable or a flag gives as text. Text that cannot be parsed
/// is returned as a JSON string, so that find_faults() reports it.
nlohmann::json value_from_text(const setting_declaration& d, const std::string& text);

}  // namespace roost
