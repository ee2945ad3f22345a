// SPDX-License-Identifier: Apache-2.0
// A setting: its declaration, with accessors for its field in the structs of settings.hpp.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "config/schema/access_formats.hpp"
#include "config/schema/setting_choices.hpp"
#include "config/schema/setting_declaration.hpp"
#include "config/schema/settings.hpp"

namespace roost {

/// A declaration with accessors for its field in the struct that stores it.
template <class Owner>
struct setting {
  setting_declaration declaration;
  std::function<nlohmann::json(const Owner&)> read;
  std::function<void(Owner&, const nlohmann::json&)> write;  ///< for valid values only
};

/// A setting that is a list of objects; `elements` are the settings of one object.
template <class Element>
struct setting_list {
  setting_declaration declaration;
  std::vector<Element> settings::*field;
  std::vector<setting<Element>> elements;
};

/// A setting that is a map from names, which the user chooses, to objects: "events": {"msg":
/// {...}}. `declaration.format` checks the names; `elements` are the settings of one object.
template <class Owner, class Element>
struct setting_map {
  setting_declaration declaration;
  std::vector<Element> Owner::*field;
  std::string Element::*name;
  std::vector<setting<Element>> elements;
};

template <setting_choice Enum>
void to_json(nlohmann::json& out, const Enum& value) {
  out = std::string{name_of(value)};
}
/// Precondition: `in` is one of the texts of the enum.
template <setting_choice Enum>
void from_json(const nlohmann::json& in, Enum& value) {
  value = choice_of<Enum>(in.get_ref<const std::string&>()).value();
}

}  // namespace roost
