// What actors of one node say to each other. Each is moved, never copied, on its way.
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

/// Which of a connection's joins on a topic is meant: 1, 2, 3 … over all its topics.
using channel_serial = std::uint32_t;

/// A connection to the edge of a topic. Each one that came from a client is answered, or at least
/// its credit given back, exactly once.
struct edge_request {
  enum class kind : std::uint8_t {
    join,
    push,
    describe,   ///< presence_update; `body` is the new meta
    mark_read,  ///< `options->resume` is the place
    leave,
    answer,   ///< the connection knows the answer (`why`, none: ok); the edge keeps the order
    close,    ///< the server ends the channel: phx_close at its place, nothing is answered
    gone,     ///< the connection has ended; nothing is answered
    publish,  ///< `errand`: of the server's owner, as what follows; answered by errand_done
    look,
  };
  kind what = kind::push;
  connection_id from;
  channel_serial serial = 0;
  net::wire_format format;
  net::ref join_ref;
  net::ref reference;
  std::string user;  ///< join: who it is; empty: anonymous
  std::string event;
  net::payload body;
  std::shared_ptr<const join_options> options;   ///< join, mark_read; may be null
  std::shared_ptr<const actors::errand> errand;  ///< publish, look
  errc why = errc::none;
  std::uint32_t bytes_in = 0;  ///< credit to give back with the answer
};

/// What a channel is called by from its join on: the join's ref, where it had no join_ref.
inline const net::ref& channel_ref(const edge_request& join) {
  return join.join_ref.is_null() ? join.reference : join.join_ref;
}

/// The member goes, of itself or not.
constexpr bool is_leave(edge_request::kind what) {
  return what == edge_request::kind::leave || what == edge_request::kind::close;
}

/// What a member is still to be given before it is like all others, and from where on. Kept in
/// place of the frames, which are made when there is room for them.
struct catch_up_place {
  offset next;             ///< the next event that it needs; 0: none, it gets those that come
  offset joined;           ///< the head when it joined
  bool has_begun = false;  ///< the first page of events was given, the side state comes next
  cluster::side_state_cursor side;
  bool is_live() const { return next == offset{}; }
  /// It has the first page of the side state: notices mean something to it.
  bool is_told() const { return side.at != cluster::side_state_cursor::stage::start; }
  bool is_end() const { return is_live() && side.is_end(); }
};

/// Frames for a member that catches up. All of them go into its outbox, or none.
struct catch_up_page {
  std::vector<net::frame_ptr> frames;
  catch_up_place from;  ///< where they begin
  catch_up_place to;    ///< what is left after them
};

/// Frames for one member, written by the fan-out of its loop.
struct direct {
  enum class then : std::uint8_t {
    nothing,
    attach,  ///< from here on it gets what the topic's members get; ordered events and notices only
             ///< as far as `page` lets it
    detach,  ///< no more broadcasts
    end,     ///< detach, and the connection forgets the channel
  };
  connection_id to;
  channel_serial serial = 0;
  then action = then::nothing;
  net::wire_format format;
  bool gives_credit = false;
  bool is_refusal = false;    ///< `first` says no: the connection counts it
  errc refused = errc::none;  ///< and for what; none: the connection knew it
  net::message_class first_is = net::message_class::out_reply;
  std::uint32_t credit_bytes = 0;
  net::frame_ptr first;                       ///< may be null
  net::frame_ptr second;                      ///< may be null; closes a channel
  std::shared_ptr<const catch_up_page> page;  ///< null: nothing is left to be given
};

/// A frame for every member, in each format that is in use.
struct cast {
  std::array<net::frame_ptr, net::wire_format::count> frames;
  net::message_class is = net::message_class::out_broadcast;
  connection_id except;  ///< gets none; 0: nobody
  bool is_ordered = true;
  bool is_resync = false;  ///< no frame: each member is to be given the side state anew
  /// Presence or receipts. Where the outbox has no room it is dropped, and the member is given the
  /// side state anew when there is.
  bool is_notice() const { return !is_ordered && is != net::message_class::out_ephemeral; }
};

/// An edge to the fan-out of one loop: first the direct frames in their order, then the casts.
struct delivery {
  std::uint64_t roster = 0;  ///< the edge's incarnation
  topic where;               ///< set where a direct attaches, ends or refuses
  std::vector<direct> directs;
  std::vector<cast> casts;
};

/// A fan-out to an edge: there is room for a page of this member; answered by a direct with one.
struct page_wanted {
  std::uint64_t roster = 0;
  connection_id who;
  channel_serial serial = 0;
  catch_up_place from;
  std::uint32_t bytes = 0;  ///< at most so many, or one event, or one member of the room
};

/// A connection's handler to the fan-out of its loop: its outbox has drained.
struct link_writable {
  connection_id who;
};

/// An edge to itself: look whether anything waits for too long.
struct edge_tick {};

/// An edge to itself: what is held back for batch_ms is due.
struct batch_due {};

/// A room to itself: something is due.
struct room_tick {
  std::uint64_t number = 0;
};

/// The edge of a topic has no channel any more and ends.
struct edge_retired {};

/// A connection's handler to its actor.
struct client_data {
  net::bytes_ptr data;
  bool is_binary = false;
};
struct client_closed {
  std::uint16_t code = 1006;  ///< as net::connection_handler::closed() has it
};

/// A fan-out to a connection: this channel's last frame is written.
struct channel_ended {
  topic where;
  channel_serial serial = 0;
};

/// A fan-out to a connection: the answer to something that it asked was no.
struct request_refused {
  topic where;
  errc why = errc::none;  ///< none: the connection knew it before
};

/// A room to itself: it crashed too often and was closed; the minute has passed.
struct room_reopens {};

/// A room to itself: it has had no members since `emptied`.
struct forget_if_empty {
  std::uint64_t emptied = 0;
};

/// To a room: the node has too many, or too much history; end, if you are still empty.
struct make_way {};

/// To a connection: some token was revoked; perhaps it is yours.
struct tokens_revoked {};

/// To a connection: close its link, and say why.
struct end_link {
  errc why = errc::disconnected;
};

/// To a connection: tell the client when to come back, and close.
struct drain_link {
  std::uint32_t reconnect_after_ms = 0;
};

/// A drainer to itself, and from its node to begin with.
struct drain_tick {};

/// To rooms and edges: the rules of rooms have changed.
struct rules_changed {};

/// The API to a connection, as a request: what are you?
struct link_question {};
/// The answer.
struct link_facts {
  connection_id link;
  std::string address;  ///< empty: not known
  std::int64_t since_s = 0;
  std::vector<std::string> topics;
};

/// To any actor here: end now.
struct end_now {};

}  // namespace roost::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::edge_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::delivery)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::page_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::link_writable)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::edge_tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::batch_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::room_tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::room_reopens)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::edge_retired)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::client_data)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::client_closed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::channel_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::request_refused)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::forget_if_empty)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::make_way)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::tokens_revoked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::end_link)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::drain_link)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::drain_tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::rules_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::link_question)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::link_facts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::end_now)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::errand_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::cluster::command)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::cluster::event_ptr)
