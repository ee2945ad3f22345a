// SPDX-License-Identifier: Apache-2.0
// Declares the settings of limits, rates and drain.
#pragma once

#include "config/schema/setting_table.hpp"

namespace roost {

void declare_limits(setting_table<settings>& t);
void declare_rates(setting_table<settings>& t);
void declare_drain(setting_table<settings>& t);

}  // namespace roost
