// SPDX-License-Identifier: Apache-2.0
// Declares the settings of access control: mounts, tokens and allow rules of rooms.
#pragma once

#include <vector>

#include "config/schema/setting_table.hpp"

namespace roost {

void declare_auth(setting_table<settings>& t);
std::vector<setting<socket_settings>> declare_socket();
void declare_allow(setting_table<room_rule>& t);

}  // namespace roost
