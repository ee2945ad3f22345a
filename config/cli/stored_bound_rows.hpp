// SPDX-License-Identifier: Apache-2.0
// The bounds of durable rooms and of the cluster, for the bounds page.
#pragma once

#include "config/cli/bound_row.hpp"

namespace roost {

bound_group bounds_of_store();
bound_group bounds_of_cluster();

}  // namespace roost
