// SPDX-License-Identifier: Apache-2.0
// Declares the settings of a room rule.
#pragma once

#include <vector>

#include "config/schema/setting.hpp"

namespace roost {

std::vector<setting<room_rule>> declare_room();
setting_map<room_rule, room_rule::event_rule> declare_events();

}  // namespace roost
