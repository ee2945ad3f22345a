// SPDX-License-Identifier: Apache-2.0
// The room kinds that are built into the server.
#pragma once

#include <memory>

#include "actors/room/kinds/relay_handler.hpp"
#include "actors/room/room_handler.hpp"
#include "config/schema/settings.hpp"

namespace roost::actors {

/// Makes the handler of the rule's kind.
inline std::unique_ptr<room_handler> make_handler(const room_rule& rule) {
  switch (rule.kind) {
    case room_kind::relay:
      break;
  }
  return std::make_unique<relay_handler>();
}

}  // namespace roost::actors
