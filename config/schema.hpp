// The schema of all settings, the single source for loader, checks, documentation and variables.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "config/access_forms.hpp"
#include "config/bounds.hpp"
#include "config/settings.hpp"

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

struct schema {
  std::vector<setting<settings>> node;
  setting_list<socket_settings> sockets;
  setting_list<room_rule> rooms;
  setting_map<room_rule, room_rule::event_rule> events;  ///< belongs to each room rule
};

const schema& the_schema();

/// A declaration with its complete key ("sockets[].path") and its default, for documentation.
struct listed_setting {
  setting_declaration declaration;
  nlohmann::json fallback;
};
std::vector<listed_setting> listed_settings();

/// For keys of planned settings ("rooms[].tick_ms") and keys inside of them ("cluster.nats"): a
/// text that says how the node behaves until then. Empty for any other key.
std::string_view why_not_yet(std::string_view key);

/// The environment variable of a key: ROOST_LISTEN__PORT for listen.port.
std::string variable_name(const std::string& key);

template <setting_choice Enum>
void to_json(nlohmann::json& out, const Enum& value) {
  out = std::string{name_of(value)};
}
/// Only a text that is one of the choices.
template <setting_choice Enum>
void from_json(const nlohmann::json& in, Enum& value) {
  value = choice_of<Enum>(in.get_ref<const std::string&>()).value();
}

void to_json(nlohmann::json& out, const origin_rule& rule);
void from_json(const nlohmann::json& in, origin_rule& rule);

}  // namespace roost
