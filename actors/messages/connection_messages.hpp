// SPDX-License-Identifier: Apache-2.0
// The messages to connection actors, and the responses of these actors.
#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "actors/messages/channel_serial.hpp"
#include "config/base/error.hpp"
#include "config/base/ids.hpp"
#include "net/protocol/message.hpp"

namespace roost::actors {

/// From a connection's handler to its actor: one WebSocket message.
struct client_data {
  net::bytes_ptr data;
  bool is_binary = false;
};

/// From a connection's handler to its actor: the session has closed.
struct client_closed {
  std::uint16_t code = 1006;  ///< see net::connection_handler::closed()
};

/// From a fan-out to a connection: this channel's last message is in the outbox.
struct channel_ended {
  roost::topic topic;
  channel_serial serial = 0;
};

/// From a fan-out to a connection: one of its requests got an error reply.
struct request_refused {
  roost::topic topic;
  errc why = errc::none;  ///< none: the connection has logged it already
};

/// From an authorizer to a connection: the answer to its pending question.
struct authorization_answer {
  roost::topic topic;
  std::uint64_t question = 0;  ///< see authorization::pending
  errc refused = errc::none;   ///< the error of the reply; none: allowed
};

/// To a connection: a token was revoked; check whether it is this connection's.
struct tokens_revoked {};

/// To a connection: close with this error.
struct close_connection {
  errc why = errc::disconnected;
};

/// To a connection: tell the client how long to wait before it reconnects, then close.
struct drain_connection {
  std::uint32_t reconnect_after_ms = 0;
};

/// From a drainer to itself: close the connections that are due. The first comes from the node.
struct drain_tick {};

/// From the API to a connection, as a CAF request: describe yourself.
struct connection_query {};

/// The response to connection_query.
struct connection_summary {
  connection_id id;
  std::string address;       ///< empty: not known
  std::int64_t since_s = 0;  ///< Unix time when it connected
  std::vector<std::string> topics;
};

}  // namespace roost::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::client_data)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::client_closed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::channel_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::request_refused)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::authorization_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::tokens_revoked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::close_connection)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::drain_connection)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::drain_tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::connection_query)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::connection_summary)
