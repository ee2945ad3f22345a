// What actors of one node say to each other. Each is moved, never copied, on its way.
#pragma once

#include <array>
#include <caf/allowed_unsafe_message_type.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "cluster/envelope.hpp"
#include "config/base/error.hpp"
#include "config/base/ids.hpp"
#include "net/protocol/message.hpp"

namespace roost::actors {

/// Which of a connection's joins on a topic is meant: 1, 2, 3 … over all its topics.
using channel_serial = std::uint32_t;

/// A connection to the edge of a topic. Each one that came from a client is answered, or at least
/// its credit given back, exactly once.
struct edge_request {
  enum class kind : std::uint8_t {
    join,
    push,
    leave,
    answer,  ///< the connection knows the answer (`why`, none: ok); the edge keeps the order
    gone,    ///< the connection has ended; nothing is answered
  };
  kind what = kind::push;
  connection_id from;
  channel_serial serial = 0;
  net::wire_format format;
  net::ref join_ref;
  net::ref reference;
  std::string event;
  net::payload body;
  errc why = errc::none;
  std::uint32_t bytes_in = 0;  ///< credit to give back with the answer
};

/// Frames for one member, written by the fan-out of its loop.
struct direct {
  enum class then : std::uint8_t {
    nothing,
    attach,  ///< from here on the member gets the topic's broadcasts
    detach,  ///< no more broadcasts
    end,     ///< detach, and the connection forgets the channel
  };
  connection_id to;
  channel_serial serial = 0;
  then action = then::nothing;
  net::wire_format format;
  bool gives_credit = false;
  std::uint32_t credit_bytes = 0;
  net::frame_ptr first;   ///< may be null
  net::frame_ptr second;  ///< may be null
};

/// An edge to the fan-out of one loop: first the direct frames in their order, then the broadcast.
struct delivery {
  std::uint64_t roster = 0;  ///< the edge's incarnation
  topic where;               ///< set where a direct ends a channel
  std::vector<direct> directs;
  bool has_broadcast = false;
  std::array<net::frame_ptr, net::wire_format::count> frames;  ///< one a format that is in use
  connection_id except;                                        ///< gets no broadcast; 0: nobody
};

/// The edge of a topic has no channel any more and ends.
struct edge_retired {};

/// A connection's handler to its actor.
struct client_data {
  net::bytes_ptr data;
  bool is_binary = false;
};
struct client_closed {};

/// A fan-out to a connection: this channel's last frame is written.
struct channel_ended {
  topic where;
  channel_serial serial = 0;
};

/// A room to itself: it has had no members since `emptied`.
struct forget_if_empty {
  std::uint64_t emptied = 0;
};

/// To any actor here: end now.
struct end_now {};

}  // namespace roost::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::edge_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::delivery)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::edge_retired)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::client_data)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::client_closed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::channel_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::forget_if_empty)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::end_now)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::cluster::command)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::cluster::event)
