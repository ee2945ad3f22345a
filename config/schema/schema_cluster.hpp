// SPDX-License-Identifier: Apache-2.0
// Declares the settings of the cluster and of the logs of durable rooms.
#pragma once

#include "config/schema/setting_table.hpp"
#include "config/schema/settings.hpp"

namespace roost {

void declare_cluster(setting_table<settings>& t);

}  // namespace roost
