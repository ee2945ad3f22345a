// SPDX-License-Identifier: Apache-2.0
// Requests of connections and the API to the edge of a topic.
#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "actors/messages/api_call.hpp"
#include "actors/messages/channel_serial.hpp"
#include "actors/messages/join_options.hpp"
#include "config/base/error.hpp"
#include "config/base/ids.hpp"
#include "config/base/payload.hpp"
#include "config/base/position.hpp"
#include "net/protocol/message.hpp"

namespace roost::actors {

/// The kinds of requests to an edge.
enum class edge_request_kind : std::uint8_t {
  join,
  push,
  update_meta,  ///< presence_update; `body` is the new meta
  mark_read,    ///< the user has read up to the position `options->resume`
  leave,
  answer,   ///< the connection chose the reply (`why`, none: ok); the edge sends it in order
  close,    ///< the server ends the channel: phx_close after earlier replies; no reply
  gone,     ///< the connection has ended; no reply
  publish,  ///< publish through the API, see `call`; answered by api_reply
  query,    ///< query through the API, see `call`; answered by api_reply
};

/// From a connection, or from the API, to the edge of a topic. For each request of a client the
/// edge releases the credit exactly once, usually together with a reply.
struct edge_request {
  edge_request_kind kind = edge_request_kind::push;
  connection_id from;
  channel_serial serial = 0;
  net::wire_format format;
  net::ref join_ref;
  net::ref reference;
  std::string user;  ///< join: the user of the token; empty: anonymous
  std::string event;
  roost::payload payload;
  std::shared_ptr<const join_options> options;   ///< join, mark_read; may be null
  std::shared_ptr<const actors::api_call> call;  ///< publish, query
  errc why = errc::none;
  std::uint32_t bytes_in = 0;  ///< bytes of credit to release with the reply
};

/// The join_ref of the channel that this join opens: the join's ref if it has no join_ref.
inline const net::ref& channel_ref(const edge_request& join) {
  return join.join_ref.is_null() ? join.reference : join.join_ref;
}

/// True if the request ends a membership, started by the client or by the server.
constexpr bool is_leave(edge_request_kind kind) {
  return kind == edge_request_kind::leave || kind == edge_request_kind::close;
}

}  // namespace roost::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::edge_request)
