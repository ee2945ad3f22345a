// SPDX-License-Identifier: Apache-2.0
// The room kind that sends every push to every member.
#pragma once

#include <string>

#include "actors/room/room_handler.hpp"
#include "config/base/error.hpp"

namespace roost::actors {

/// Sends every push to every member unchanged.
class relay_handler final : public room_handler {
 public:
  result<broadcast> on_message(const message& pushed) override {
    return broadcast{std::string(pushed.event), pushed.payload};
  }
};

}  // namespace roost::actors
