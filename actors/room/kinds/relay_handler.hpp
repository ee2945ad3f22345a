// SPDX-License-Identifier: Apache-2.0
// The room kind that sends every push to every member.
#pragma once

#include <string>

#include "actors/room/room_handler.hpp"

namespace roost::actors {

/// Sends every push to every member unchanged.
class relay_handler final : public room_handler {
 public:
  void on_message(room_context& context, const room_member&, const message& pushed) override {
    context.broadcast(std::string(pushed.event), pushed.payload);
  }
  bool is_stateless() const override { return true; }
};

}  // namespace roost::actors
