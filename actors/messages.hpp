// The messages between the actors of one node. CAF moves them and never copies them.
#pragma once

#include <array>
#include <caf/allowed_unsafe_message_type.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "actors/connection/join_options.hpp"
#include "actors/room/errand.hpp"
#include "cluster/envelope.hpp"
#include "config/base/error.hpp"
#include "config/base/ids.hpp"
#include "net/protocol/message.hpp"
#include "net/transport/message_class.hpp"

namespace roost::actors {

/// Numbers the joins of one connection, over all its topics: 1, 2, 3 …
using channel_serial = std::uint32_t;

/// The kinds of requests to an edge.
enum class edge_request_kind : std::uint8_t {
  join,
  push,
  describe,   ///< presence_update; `body` is the new meta
  mark_read,  ///< `options->resume` is the position up to which the user has read
  leave,
  answer,   ///< the connection chose the result (`why`, none: ok); the edge replies in order
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

/// How far a member has caught up: the events and side state that it still has to receive. Kept
/// instead of the frames, which are encoded when the outbox has room for them.
struct catch_up_progress {
  offset next;             ///< the next missed event to send; 0: it receives events live
  offset joined;           ///< the room's last offset when it joined
  bool has_begun = false;  ///< the first page of events was sent; the side state is next
  cluster::side_state_cursor side;
  bool is_live() const { return next == offset{}; }
  /// It has the first page of the side state, so a notification (a change of it) makes sense to it.
  bool has_side_state() const { return side.at != cluster::side_state_cursor::stage::start; }
  bool is_end() const { return is_live() && side.is_end(); }
};

/// Frames for a member that catches up. Either all of them go into its outbox or none.
struct catch_up_page {
  std::vector<net::frame_ptr> frames;
  catch_up_progress from;  ///< the member's progress before these frames
  catch_up_progress to;    ///< its progress after them
};

/// Unicast: frames for one member, written by the fan-out of its loop.
struct unicast {
  enum class action_kind : std::uint8_t {
    none,
    subscribe,  ///< subscribe to broadcasts; while `page` leaves the member behind, it receives no
                ///< ordered events and no notifications that it has not caught up with
    unsubscribe,  ///< unsubscribe from broadcasts
    end_channel,  ///< detach, and tell the connection that the channel has ended
  };
  connection_id to;
  channel_serial serial = 0;
  action_kind action = action_kind::none;
  net::wire_format format;
  bool gives_credit = false;
  bool is_refusal = false;    ///< `first` is an error reply; the connection counts it
  errc refused = errc::none;  ///< its error; none: the connection has logged it already
  net::message_class first_class = net::message_class::out_reply;
  std::uint32_t credit_bytes = 0;
  net::frame_ptr first;                       ///< may be null
  net::frame_ptr second;                      ///< may be null; phx_close or phx_error
  std::shared_ptr<const catch_up_page> page;  ///< null: nothing to catch up with
};

/// Broadcast: one frame for every member, encoded once for each wire format in use.
struct broadcast {
  std::array<net::frame_ptr, net::wire_format::count> frames;
  net::message_class frame_class = net::message_class::out_broadcast;
  connection_id except;  ///< this connection does not receive it; 0: no exception
  bool is_ordered = true;
  bool is_resync = false;  ///< no frame: send the whole side state again to each member
  /// Presence or receipts. If the outbox has no room, the notice is dropped, and the member gets
  /// the whole side state again when it has room.
  bool is_notification() const {
    return !is_ordered && frame_class != net::message_class::out_ephemeral;
  }
};

/// From an edge to the fan-out of one loop: a batch of `unicasts` in order, then the `broadcasts`.
struct fan_out_batch {
  std::uint64_t edge_incarnation = 0;  ///< the edge's incarnation
  roost::topic topic;                  ///< set if a unicast attaches, ends or refuses
  std::vector<unicast> unicasts;
  std::vector<broadcast> broadcasts;
};

/// From a fan-out to an edge: this member's outbox has room; answered by a unicast with a page.
struct page_request {
  std::uint64_t edge_incarnation = 0;
  connection_id member;
  channel_serial serial = 0;
  catch_up_progress from;
  std::uint32_t bytes = 0;  ///< size limit; one event or presence entry may exceed it
};

/// From a connection's handler to the fan-out of its loop: the outbox has drained.
struct connection_drained {
  connection_id connection;
};

/// From an edge to itself: resend what has waited too long for an answer.
struct edge_tick {};

/// From an edge to itself: send the batch that was collected for batch_ms.
struct batch_due {};

/// From a room to itself: a timer has expired.
struct room_tick {
  std::uint64_t number = 0;
};

/// From the edge directory to an edge: its last user has released it; end when nothing is pending.
struct edge_retired {};

/// From a connection's handler to its actor: one WebSocket message.
struct client_data {
  net::bytes_ptr data;
  bool is_binary = false;
};
/// From a connection's handler to its actor: the session has closed.
struct client_closed {
  std::uint16_t code = 1006;  ///< see net::connection_handler::closed()
};

/// From a fan-out to a connection: this channel's last frame is in the outbox.
struct channel_ended {
  roost::topic topic;
  channel_serial serial = 0;
};

/// From a fan-out to a connection: one of its requests got an error reply.
struct request_refused {
  roost::topic topic;
  errc why = errc::none;  ///< none: the connection has logged it already
};

/// From a room to itself: the circuit breaker that stopped it for crashing too often has timed out.
struct circuit_half_open {};

/// From a room to itself: end if no member has joined since the room became empty.
struct expire_if_empty {
  std::uint64_t emptied = 0;  ///< how often the room had become empty when the timer was set
};

/// To a room: evict it if it is still empty; the node has too many empty rooms or too much history.
struct evict_if_empty {};

/// To a connection: a token was revoked; check whether it is this connection's.
struct tokens_revoked {};

/// To a connection: close the link with this error.
struct close_connection {
  errc why = errc::disconnected;
};

/// To a connection: tell the client how long to wait before it reconnects, then close.
struct drain_connection {
  std::uint32_t reconnect_after_ms = 0;
};

/// From a drainer to itself: close the connections that are due. The first comes from the node.
struct drain_tick {};

/// To rooms and edges: the rules of rooms have changed.
struct rules_changed {};

/// From the API to a connection, as a CAF request: describe yourself.
struct connection_query {};
/// The response to connection_query.
struct connection_summary {
  connection_id link;
  std::string address;       ///< empty: not known
  std::int64_t since_s = 0;  ///< Unix time when it connected
  std::vector<std::string> topics;
};

/// To any actor of the node: end now.
struct end_now {};

}  // namespace roost::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::edge_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::fan_out_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::page_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::connection_drained)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::edge_tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::batch_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::room_tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::circuit_half_open)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::edge_retired)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::client_data)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::client_closed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::channel_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::request_refused)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::expire_if_empty)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::evict_if_empty)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::tokens_revoked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::close_connection)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::drain_connection)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::drain_tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::rules_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::connection_query)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::connection_summary)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::end_now)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::api_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::cluster::command)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::cluster::event_ptr)
