// SPDX-License-Identifier: Apache-2.0
// Declares the settings of the store.
#pragma once

#include "config/schema/setting_table.hpp"

namespace roost {

void declare_store(setting_table<settings>& t);

}  // namespace roost
