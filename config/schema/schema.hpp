// SPDX-License-Identifier: Apache-2.0
// The schema of all settings, the single source for loader, checks, documentation and variables.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "config/schema/setting.hpp"
#include "config/schema/settings.hpp"

namespace roost {

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
  nlohmann::json default_value;
};
std::vector<listed_setting> listed_settings();

/// Why a planned setting such as "rooms[].tick_ms", or a key inside of it such as "hooks.url",
/// is not supported yet: a text for the problem. Empty for any other key.
std::string_view unsupported_reason(std::string_view key);

/// The environment variable of a key: ROOST_LISTEN__PORT for listen.port.
std::string variable_name(const std::string& key);

}  // namespace roost
