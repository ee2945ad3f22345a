// The envelopes of the bus: commands from edges to a room's owner, and events from it to edges.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/base/bytes.hpp"
#include "config/base/error.hpp"
#include "config/base/ids.hpp"

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

/// The payload of an event: JSON text or bytes.
struct body {
  slice data;
  bool is_binary = false;
};

/// A position in a room's order, as clients send it.
struct place {
  std::string epoch_text;
  offset at;
};

/// A cursor over a room's side state: presence, then read receipts. A member receives the side
/// state in pages, because it may be larger than an outbox.
struct side_state_cursor {
  enum class stage : std::uint8_t { start, presence, receipts, end };
  stage at = stage::start;
  std::uint64_t key = 0;    ///< presence: number of the last key that was sent
  std::uint64_t after = 0;  ///< presence: number of its last member; receipts: of the last mark
  std::uint64_t until = 0;  ///< last number of the snapshot; later changes arrive as notices
  bool is_end() const { return at == stage::end; }
  friend bool operator==(const side_state_cursor&, const side_state_cursor&) = default;
};

/// A topic that all events of a room share, so that it is allocated once.
class shared_topic {
 public:
  shared_topic() = default;
  shared_topic(topic of)  // NOLINT: implicit
      : of_(std::make_shared<const topic>(std::move(of))) {}
  const topic& operator*() const {
    static const topic nowhere;
    return of_ ? *of_ : nowhere;
  }
  const topic* operator->() const { return &**this; }
  operator const topic&() const { return **this; }  // NOLINT: implicit
  friend bool operator==(const shared_topic& a, const shared_topic& b) { return *a == *b; }
  friend bool operator==(const shared_topic& a, const topic& b) { return *a == b; }

 private:
  std::shared_ptr<const topic> of_;
};

/// A request from an edge to the owner of a topic. The owner answers each with one event that has
/// the same edge and number, in the order of the numbers. On a bus that may lose envelopes the edge
/// resends unanswered commands; they are idempotent, because the owner applies each number once.
struct command {
  enum class kind : std::uint8_t {
    join,
    leave,
    push,
    describe,   ///< a member changes its presence meta
    mark_read,  ///< a user has read up to `from_place`
    fetch,      ///< requests a page of the events after `from_place`, or of side state; no number
    publish,    ///< a push through the server API, not by a member
    look,       ///< a query of the server API, outside of the order: see `number`
  };
  topic where;
  edge_id from;
  std::uint64_t number = 0;    ///< 1, 2, 3 … for this edge; look: id of the query
  std::uint64_t answered = 0;  ///< this edge has received all answers up to this number
  kind what = kind::push;
  connection_id member;
  std::string user;   ///< the sender: key of presence and receipts, scope of idempotency keys
  std::string event;  ///< push, publish: the event's name
  body payload;       ///< push, publish: the event's; join and describe: the meta, a JSON object
  std::string once;   ///< push, publish: idempotency key; empty: none
  /// join: resume after it; mark_read: read up to it; fetch, look: request the events after it
  std::optional<place> from_place;
  std::optional<std::uint32_t> history;  ///< join: number of recent events; look: maximum of events
  /// fetch: side state for all members too, because notices were lost; look: presence too
  bool wants_told = false;
  std::optional<side_state_cursor> side_state;  ///< fetch for a member: where its next page starts
  std::uint32_t page_bytes = 0;                 ///< with `side_state`: maximum size of the page
};

struct event;
/// An immutable event, which owner, bus and edges share.
using event_ptr = std::shared_ptr<const event>;

/// A message from the owner of a topic to its edges: a change of the room or an answer to a
/// command.
struct event {
  enum class kind : std::uint8_t {
    // For every edge:
    ordered,    ///< a push that got the offset `at`; also the answer to that push
    notice,     ///< presence or receipts; has no offset
    resync,     ///< a notice: every member must receive the whole side state again
    ephemeral,  ///< published by an edge, not by the owner
    head,       ///< nothing new; `at` is the offset of the last event
    crashed,    ///< the room failed and begins a new incarnation: every channel ends
    // For the edge that sent the command:
    joined,    ///< answer to a join that was accepted; `joined_at` is the head at that time
    left,      ///< answer to a leave
    done,      ///< answer to a command that has no other answer: ok {}
    repeated,  ///< answer to a push that was ordered before, at `at`
    page,      ///< answer to a fetch: `events` or `told`
    refused,   ///< the command was refused, see `why`
    seen,      ///< answer to a look; if `why` is not_found, the room does not exist
  };
  shared_topic where;
  kind what = kind::ordered;
  bool skips_origin = false;  ///< the sender does not get its own event (echo: false)
  errc why = errc::none;
  std::uint32_t members = 0;  ///< seen: number of members
  edge_id origin;             ///< the edge that sent the command or the ephemeral event
  std::uint64_t number = 0;   ///< the command's number
  connection_id member;       ///< the command's member
  /// The room's incarnation. A crash begins a new one, without members; an edge that sees a newer
  /// incarnation ends all channels of the previous one.
  epoch life;
  epoch in;                ///< the room's epoch; later epochs are greater
  std::string epoch_text;  ///< the epoch as clients see it
  offset at;
  std::string name;  ///< ordered, notice, ephemeral: the event's name
  body payload;      ///< ordered, notice, ephemeral

  /// joined: the first page of events that the member missed; page, seen: the requested events.
  /// Their offsets have no gaps.
  std::vector<event_ptr> events;
  std::uint64_t notices = 0;  ///< number of notices the room has published, this one included
  offset joined_at;  ///< joined: the head at the join; `at` is later if the answer is sent again
  offset after;      ///< page: `events` begins after this offset
  std::uint32_t missed = 0;  ///< joined: number of all events that the member missed
  /// joined: false if the resume failed, unset if neither resume nor history was requested; seen:
  /// whether history reaches back to `from_place`, unset without it
  std::optional<bool> recovered;
  /// joined, page, seen: side state (presence, receipts), as pairs of event name and payload
  std::vector<std::pair<std::string, body>> told;
  side_state_cursor side_from;  ///< page of side state for a member: where `told` begins
  /// joined, page: where `told` ends; unset if no side state was requested
  std::optional<side_state_cursor> side_to;
};

inline event_ptr share(event what) { return std::make_shared<const event>(std::move(what)); }

}  // namespace roost::cluster
