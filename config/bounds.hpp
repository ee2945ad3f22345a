// What a setting is: its declaration, and the checks that follow from it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.hpp"

namespace roost {

enum class value_type : std::uint8_t {
  boolean,
  integer,
  text,
  choice,
  texts,
  origins,
  objects,
  named,   ///< an object whose keys are names of the user's choice
  access,  ///< who may, as access_forms.hpp writes it
  pushes,  ///< who may push what
};

/// Integer: the value; text: its bytes; texts, objects and named: how many.
struct bounds {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

/// One setting, whatever struct it lives in.
struct declaration {
  using form_check = std::string_view (*)(std::string_view);

  std::string key{};   ///< path inside its object, "listen.port"; of an element only its own part
  std::string text{};  ///< meaning, one sentence
  value_type type = value_type::text;
  std::string unit{};  ///< empty: none
  bounds within{};
  std::vector<std::string> choices{};
  std::string refusal{};          ///< said instead of the list of choices
  form_check form = nullptr;      ///< of a text, each text of a list, or each name
  std::string special_default{};  ///< said where the default depends on something
  bool is_reloadable = false;
  bool is_secret = false;
};

/// The bounds as the pages and the problems say them: "1..65535", "json or text".
std::string bounds_text(const declaration& d);

/// All that is wrong with `value`, which stands at the key path `at`; of a list or an object each
/// entry has its own. A secret value is not repeated.
std::vector<problem> find_faults(const declaration& d, const nlohmann::json& value,
                                 const std::string& at);

/// A value given as text by a variable or a flag. What cannot be read comes back as a string, so
/// that find_faults() names it.
nlohmann::json value_from_text(const declaration& d, const std::string& text);

}  // namespace roost
