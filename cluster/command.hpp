// SPDX-License-Identifier: Apache-2.0
// The kinds of commands from an edge to the owner of a topic.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

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
struct describe {
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

}  // namespace commands

/// A request from an edge to the owner of a topic. The owner answers each with one event that has
/// the same id. Fetches and queries change nothing and are outside of the order. All others are
/// numbered and answered in the order of their numbers: on a bus that may lose envelopes the edge
/// resends unanswered commands, and the owner applies each number once.
struct command {
  roost::topic topic;
  command_id id;
  std::uint64_t answered = 0;  ///< this edge has received all answers up to this number
  std::variant<commands::join, commands::leave, commands::push, commands::describe,
               commands::mark_read, commands::fetch, commands::fetch_side_state, commands::publish,
               commands::query>
      body;
};

}  // namespace roost::cluster
