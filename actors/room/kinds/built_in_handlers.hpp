// SPDX-License-Identifier: Apache-2.0
// The room kinds that are built into the server.
#pragma once

#include <memory>

#include "actors/room/kinds/relay_handler.hpp"
#include "actors/room/room_handler.hpp"
#include "config/schema/settings.hpp"

namespace roost::actors {

/// The kinds that are built into the server.
inline std::unique_ptr<room_handler> make_handler(const room_rule&) {
  return std::make_unique<relay_handler>();
}

}  // namespace roost::actors
