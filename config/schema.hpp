// Every setting, declared once. Loader, checks, pages and names of variables all come from here.
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

/// A declaration with its place in the struct that holds it.
template <class Owner>
struct setting {
  declaration what;
  std::function<nlohmann::json(const Owner&)> read;
  std::function<void(Owner&, const nlohmann::json&)> write;  ///< only what has no fault
};

/// A list of objects, each with settings of its own.
template <class Element>
struct setting_list {
  declaration what;
  std::vector<Element> settings::*field;
  std::vector<setting<Element>> elements;
};

/// An object whose keys are names of the user's choice, each for an object with settings of its
/// own: "events": {"msg": {...}}. The form of `what` is that of the names.
template <class Owner, class Element>
struct setting_map {
  declaration what;
  std::vector<Element> Owner::*field;
  std::string Element::*name;
  std::vector<setting<Element>> elements;
};

struct schema {
  std::vector<setting<settings>> node;
  setting_list<socket_settings> sockets;
  setting_list<room_rule> rooms;
  setting_map<room_rule, room_rule::event_rule> events;  ///< inside of a room rule
};

const schema& the_schema();

/// A declaration with its whole key ("sockets[].path") and its default, as the pages list it.
struct listed_setting {
  declaration what;
  nlohmann::json fallback;
};
std::vector<listed_setting> listed_settings();

/// For keys that are promised and no settings yet, also inside of such ("cluster.nats",
/// "rooms[].tick_ms"): what holds meanwhile. Else empty.
std::string_view why_not_yet(std::string_view key);

/// ROOST_LISTEN__PORT for listen.port.
std::string variable_name(const std::string& key);

void to_json(nlohmann::json& out, const origin_rule& rule);
void from_json(const nlohmann::json& in, origin_rule& rule);

}  // namespace roost
