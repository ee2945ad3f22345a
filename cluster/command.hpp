// SPDX-License-Identifier: Apache-2.0
// The kinds of commands from an edge to the owner of a topic.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cluster/command_id.hpp"
#include "cluster/side_state.hpp"
#include "config/base/ids.hpp"
#include "config/base/payload.hpp"
#include "config/base/position.hpp"

namespace roost::cluster {

/// One struct for each kind. `user` is the key of presence and receipts and the scope of
/// idempotency keys; empty: anonymous.
namespace commands {

struct join {
  std::string user;
  payload meta;                          ///< a JSON object
  std::optional<position> resume;        ///< resume after it
  std::optional<std::uint32_t> history;  ///< number of recent events
};

struct leave {};

struct push {
  std::string user;
  std::string event;
  roost::payload payload;
  std::string idempotency_key;  ///< empty: none
};

/// A member changes its presence meta.
struct update_meta {
  std::string user;
  payload meta;  ///< a JSON object
};

/// A user has read up to this position.
struct mark_read {
  std::string user;
  position at;
};

/// Requests a page of events, for one member or for the edge.
struct fetch {
  offset after;
  bool wants_side_state = false;  ///< for all members, because notifications were lost
};

/// Requests a page of the side state for one member.
struct fetch_side_state {
  side_state_cursor from;
  std::uint32_t bytes_max = 0;
};

/// A push through the server API, not by a member.
struct publish {
  std::string event;
  roost::payload payload;
  std::string idempotency_key;  ///< empty: none
};

/// A query of the server API.
struct query {
  std::optional<position> since;  ///< events after it; none: from the oldest held
  std::uint32_t events_max = 0;   ///< 0: no events
  bool wants_presence = false;
};

/// An ephemeral event for the members on other nodes; the sender's edge has given it to its own.
struct ephemeral {
  std::string event;
  roost::payload payload;
};

/// An edge attaches at a new owner, and after a broken link; its unanswered commands follow.
struct attach {
  struct member {
    connection_id connection;
    std::string user;
    payload meta;               ///< a JSON object
    std::uint64_t phx_ref = 0;  ///< see phx_ref_of()
  };
  epoch epoch_number;                    ///< the newest that the edge knows; {}: none
  offset at;                             ///< the last event that the edge has seen
  std::vector<member> members;           ///< those whose joins were answered, except the undecided
  std::vector<connection_id> undecided;  ///< those with an unanswered join or leave, which follows
  std::uint32_t part = 0;                ///< many members come in parts 0 .. parts - 1, in order
  std::uint32_t parts = 1;
};

/// The node has no edge of this topic: the room sends it no more events.
struct detach {};

/// A command of a newer version. If it is numbered, the room refuses it as "unavailable".
struct unknown {
  std::uint8_t kind = 0;  ///< its number on the wire
};

}  // namespace commands

/// A request from an edge to the owner of a topic. The owner answers each with one event that has
/// the same id, except ephemeral and detach, which have no answer. Each part of an attach is
/// answered. Fetches and queries change nothing and are outside of the order, as are ephemeral,
/// attach and detach. All others are numbered and answered in the order of their numbers: on a bus
/// that may lose envelopes the edge resends unanswered commands, and the owner applies each number
/// once. A numbered command attaches its edge.
struct command {
  roost::topic topic;
  /// The ownership of the shard that the sender knows. An owner with another one drops the command.
  std::uint64_t ownership = 0;
  command_id id;
  std::uint64_t answered = 0;  ///< this edge has received all answers up to this number
  std::variant<commands::join, commands::leave, commands::push, commands::update_meta,
               commands::mark_read, commands::fetch, commands::fetch_side_state, commands::publish,
               commands::query, commands::ephemeral, commands::attach, commands::detach,
               commands::unknown>
      body;
};

}  // namespace roost::cluster
