// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/request_kind.hpp"

namespace roost::actors {

using net::message_class;

request_kind kind_of(const net::message& message) {
  if (message.topic == "phoenix" && message.event == "heartbeat") return request_kind::heartbeat;
  if (!message.event_is_string) return request_kind::push;
  if (message.event == "phx_join") return request_kind::join;
  if (message.event == "phx_leave") return request_kind::leave;
  if (message.event == "access_token") return request_kind::token;
  if (message.event == "presence_update") return request_kind::presence;
  if (message.event == "mark_read") return request_kind::receipt;
  return request_kind::push;
}

std::optional<message_class> class_of(request_kind kind) {
  switch (kind) {
    case request_kind::heartbeat:
      return message_class::in_heartbeat;
    case request_kind::join:
      return message_class::in_join;
    case request_kind::leave:
      return message_class::in_leave;
    case request_kind::token:
      return message_class::in_token;
    case request_kind::presence:
      return message_class::in_presence;
    case request_kind::receipt:
      return message_class::in_receipt;
    case request_kind::push:
      break;
  }
  return std::nullopt;
}

request_cost cost_of(request_kind kind, bool has_channel) {
  if (kind == request_kind::heartbeat) return request_cost::nothing;
  if (kind == request_kind::leave && has_channel) return request_cost::nothing;
  return kind == request_kind::join ? request_cost::join : request_cost::message;
}

}  // namespace roost::actors
