// SPDX-License-Identifier: Apache-2.0
// The number of a channel of one connection.
#pragma once

#include <cstdint>

namespace roost::actors {

/// Numbers the joins of one connection, over all its topics: 1, 2, 3 …
using channel_serial = std::uint32_t;

}  // namespace roost::actors
