// SPDX-License-Identifier: Apache-2.0
// The envelopes of the bus: commands from edges to a room's owner, and events from it to edges.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/base/error.hpp"
#include "config/base/ids.hpp"
#include "config/base/payload.hpp"
#include "config/base/position.hpp"

namespace roost::cluster {

/// One incarnation of an edge: its node, and a number that differs for each edge of that node.
/// Command numbers start at 1 in each incarnation.
struct edge_id {
  node_id node;
  std::uint64_t incarnation = 0;
  friend bool operator==(const edge_id&, const edge_id&) = default;
};

/// A channel of a topic, unique in the cluster. A connection id alone is unique only on its node.
struct member_id {
  node_id node;
  connection_id connection;
  friend bool operator==(const member_id&, const member_id&) = default;
};

/// A cursor over a room's side state: presence, then read receipts. A member receives the side
/// state in pages, because it may be larger than an outbox.
struct side_state_cursor {
  enum class stage : std::uint8_t { start, presence, receipts, end };
  stage at = stage::start;
  std::uint64_t key = 0;    ///< presence: number of the last key that was sent
  std::uint64_t after = 0;  ///< presence: number of its last member; receipts: of the last mark
  std::uint64_t until = 0;  ///< last number of the snapshot; later changes arrive as notifications
  bool is_end() const { return at == stage::end; }
  friend bool operator==(const side_state_cursor&, const side_state_cursor&) = default;
};

/// A topic that all events of a room share, so that it is allocated once.
class shared_topic {
 public:
  shared_topic() = default;
  shared_topic(topic name)  // NOLINT: implicit
      : topic_(std::make_shared<const topic>(std::move(name))) {}
  const topic& operator*() const {
    static const topic empty;
    return topic_ ? *topic_ : empty;
  }
  const topic* operator->() const { return &**this; }
  operator const topic&() const { return **this; }  // NOLINT: implicit
  friend bool operator==(const shared_topic& a, const shared_topic& b) { return *a == *b; }
  friend bool operator==(const shared_topic& a, const topic& b) { return *a == b; }

 private:
  std::shared_ptr<const topic> topic_;
};

/// The kinds of commands.
enum class command_kind : std::uint8_t {
  join,
  leave,
  push,
  describe,   ///< a member changes its presence meta
  mark_read,  ///< a user has read up to `from_position`
  fetch,      ///< requests a page of the events after `from_position`, or of side state; no number
  publish,    ///< a push through the server API, not by a member
  query,      ///< a query of the server API, outside of the order: see `number`
};

/// A request from an edge to the owner of a topic. The owner answers each with one event that has
/// the same edge and number, in the order of the numbers. On a bus that may lose envelopes the edge
/// resends unanswered commands; they are idempotent, because the owner applies each number once.
struct command {
  roost::topic topic;
  edge_id from;
  std::uint64_t number = 0;    ///< 1, 2, 3 … for this edge; query: id of the query
  std::uint64_t answered = 0;  ///< this edge has received all answers up to this number
  command_kind kind = command_kind::push;
  connection_id member;
  std::string user;   ///< the sender: key of presence and receipts, scope of idempotency keys
  std::string event;  ///< push, publish: the event's name
  /// push, publish: the event's payload; join, describe: the meta, a JSON object
  roost::payload payload;
  std::string idempotency_key;  ///< push, publish; empty: none
  /// join: resume after it; mark_read: read up to it; fetch, query: request the events after it
  std::optional<position> from_position;
  /// join: number of recent events; query: maximum number of events
  std::optional<std::uint32_t> history;
  /// fetch: side state for all members too, because notifications were lost; query: presence too
  bool wants_side_state = false;
  std::optional<side_state_cursor> side_state;  ///< fetch for a member: where its next page starts
  std::uint32_t page_bytes = 0;                 ///< with `side_state`: maximum size of the page
};

struct event;
/// An immutable event, which owner, bus and edges share.
using event_ptr = std::shared_ptr<const event>;

/// The kinds of events.
enum class event_kind : std::uint8_t {
  // For every edge:
  ordered,       ///< a push that got the offset `at`; also the answer to that push
  notification,  ///< presence or receipts; has no offset
  resync,        ///< a notification: every member must receive the whole side state again
  ephemeral,     ///< published by an edge, not by the owner
  head,          ///< nothing new; `at` is the offset of the last event
  crashed,       ///< the room failed and begins a new incarnation: every channel ends
  // For the edge that sent the command:
  joined,    ///< answer to a join that was accepted; `joined_at` is the head at that time
  left,      ///< answer to a leave
  done,      ///< answer to a command that has no other answer: ok {}
  repeated,  ///< answer to a push that was ordered before, at `at`
  page,      ///< answer to a fetch: `events` or `side_state`
  refused,   ///< the command was refused, see `why`
  snapshot,  ///< answer to a query; if `why` is not_found, the room does not exist
};

/// A message from the owner of a topic to its edges: a change of the room or an answer to a
/// command.
struct event {
  shared_topic topic;
  event_kind kind = event_kind::ordered;
  bool skips_origin = false;  ///< the sender does not get its own event (echo: false)
  errc why = errc::none;
  std::uint32_t members = 0;  ///< snapshot: number of members
  edge_id origin;             ///< the edge that sent the command or the ephemeral event
  std::uint64_t number = 0;   ///< the command's number
  connection_id member;       ///< the command's member
  /// The room's incarnation. A crash begins a new one, without members; an edge that sees a newer
  /// incarnation ends all channels of the previous one.
  epoch incarnation;
  epoch epoch_number;      ///< the room's epoch; later epochs are greater
  std::string epoch_text;  ///< the epoch as clients see it
  offset at;
  std::string name;        ///< ordered, notification, ephemeral: the event's name
  roost::payload payload;  ///< ordered, notification, ephemeral

  /// joined: the first page of events that the member missed; page, snapshot: the requested events.
  /// Their offsets have no gaps.
  std::vector<event_ptr> events;
  /// Number of notifications that the room has published, this one included.
  std::uint64_t notifications = 0;
  offset joined_at;  ///< joined: the head at the join; `at` is later if the answer is sent again
  offset after;      ///< page: `events` begins after this offset
  std::uint32_t missed = 0;  ///< joined: number of all events that the member missed
  /// joined: false if the resume failed, unset if neither resume nor history was requested;
  /// snapshot: whether history reaches back to `from_position`, unset without it
  std::optional<bool> recovered;
  /// joined, page, snapshot: side state (presence, receipts), as pairs of event name and payload
  std::vector<std::pair<std::string, roost::payload>> side_state;
  /// page of side state for a member: where `side_state` begins
  side_state_cursor side_state_from;
  /// joined, page: where `side_state` ends; unset if no side state was requested
  std::optional<side_state_cursor> side_state_to;
};

inline event_ptr share(event made) { return std::make_shared<const event>(std::move(made)); }

}  // namespace roost::cluster
