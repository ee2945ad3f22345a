// The declarations of who may come in: mounts, tokens, the rules of a room; schema.cpp has the
// rest.
#pragma once

#include <vector>

#include "config/setting_table.hpp"

namespace roost {

void declare_auth(setting_table<settings>& t);
std::vector<setting<socket_settings>> declare_socket();
void declare_allow(setting_table<room_rule>& t);

}  // namespace roost
