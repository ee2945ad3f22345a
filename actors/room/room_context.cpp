// SPDX-License-Identifier: Apache-2.0
#include "actors/room/room_context.hpp"

#include "net/protocol/codec.hpp"

namespace roost::actors {

void room_context::refuse(std::string_view reason) {
  const auto code = errc::room_refused;
  answer_with({code, json_payload(net::error_response(code, reason))});
}

}  // namespace roost::actors
