// SPDX-License-Identifier: Apache-2.0
// All queues and tables that a client or another node can fill, each with its bound and its
// overflow rule.
#pragma once

#include <span>

#include "config/cli/bound_row.hpp"

namespace roost {

/// The groups in the order of docs/bounds.md.
std::span<const bound_group> bound_catalogue();

}  // namespace roost
