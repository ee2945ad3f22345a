// What travels on the bus between a room's edges and its owner.
#pragma once

#include <cstdint>
#include <string>

#include "config/base/bytes.hpp"
#include "config/base/error.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster {

/// One life of one edge: which node, and which of that node's edges. Command numbers count in it.
struct edge_id {
  node_id node;
  std::uint64_t incarnation = 0;
  friend bool operator==(const edge_id&, const edge_id&) = default;
};

/// The payload of an event: JSON text or bytes.
struct body {
  slice data;
  bool is_binary = false;
};

/// Toward the owner of a topic: please do. Each is answered by exactly one event with the same
/// edge and number, in the order of the numbers.
struct command {
  enum class kind : std::uint8_t { join, leave, push };
  topic where;
  edge_id from;
  std::uint64_t number = 0;  ///< 1, 2, 3 … for this edge
  kind what = kind::push;
  connection_id member;
  std::string event;  ///< push only: the event's name
  body payload;       ///< push only
};

/// From the owner of a topic to its edges: this happened.
struct event {
  enum class kind : std::uint8_t {
    ordered,  ///< a push that was given `at`; for every edge
    joined,   ///< answer to a join: the member is in, `at` is the head; for the origin's edge
    left,     ///< answer to a leave; for the origin's edge
    refused,  ///< answer to a join or push that was not done, see `why`; for the origin's edge
    crashed,  ///< the room failed and starts anew: every channel ends; for every edge
  };
  topic where;
  kind what = kind::ordered;
  edge_id origin;            ///< whose command it answers (crashed: none)
  std::uint64_t number = 0;  ///< that command's number
  connection_id member;      ///< that command's member
  std::string epoch_text;    ///< the epoch as clients see it
  offset at;
  bool skips_origin = false;  ///< the sender does not get its own event (echo: false)
  errc why = errc::none;
  std::string name;  ///< ordered: the event's name
  body payload;      ///< ordered
};

}  // namespace roost::cluster
