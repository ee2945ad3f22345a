// What travels on the bus between a room's edges and its owner.
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

/// One life of one edge: which node, and which of that node's edges. Command numbers count in it.
struct edge_id {
  node_id node;
  std::uint64_t incarnation = 0;
  friend bool operator==(const edge_id&, const edge_id&) = default;
};

/// A channel of a topic, cluster-wide: connection ids are a node's own.
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

/// A place in a room's order, as clients give it.
struct place {
  std::string epoch_text;
  offset at;
};

/// How far a member has been given a room's side state: presence, then read receipts. It comes in
/// pages, as it may be larger than an outbox.
struct side_state_cursor {
  enum class stage : std::uint8_t { start, presence, receipts, end };
  stage at = stage::start;
  std::uint64_t key = 0;    ///< presence: the number of the last key that was given
  std::uint64_t after = 0;  ///< and of its last member; receipts: of the last mark
  std::uint64_t until = 0;  ///< presence: later members are told by diffs
  bool is_end() const { return at == stage::end; }
  friend bool operator==(const side_state_cursor&, const side_state_cursor&) = default;
};

/// A topic that many events share: one allocation for all of a room's.
class shared_topic {
 public:
  shared_topic() = default;
  shared_topic(topic of) : of_(std::make_shared<const topic>(std::move(of))) {}
  const topic& operator*() const {
    static const topic nowhere;
    return of_ ? *of_ : nowhere;
  }
  const topic* operator->() const { return &**this; }
  operator const topic&() const { return **this; }
  friend bool operator==(const shared_topic& a, const shared_topic& b) { return *a == *b; }
  friend bool operator==(const shared_topic& a, const topic& b) { return *a == b; }

 private:
  std::shared_ptr<const topic> of_;
};

/// Toward the owner of a topic: please do. Each is answered by exactly one event with the same
/// edge and number, in the order of the numbers. What is not answered is sent again; the owner does
/// it once.
struct command {
  enum class kind : std::uint8_t {
    join,
    leave,
    push,
    describe,   ///< a member gives itself another presence meta
    mark_read,  ///< a user has read up to `from_place`
    fetch,      ///< the events after `from_place`, a page of them
    publish,    ///< a push of the server's owner, who is no member
    look,       ///< a question of the server's owner, outside of the order: see `number`
  };
  topic where;
  edge_id from;
  std::uint64_t number = 0;    ///< 1, 2, 3 … for this edge; look: names the question
  std::uint64_t answered = 0;  ///< this edge has the answers to all up to this number
  kind what = kind::push;
  connection_id member;
  std::string user;   ///< who it is: key of presence and receipts, scope of idempotency
  std::string event;  ///< push, publish: the event's name
  body payload;       ///< push, publish: the event's; join and describe: the meta, a JSON object
  std::string once;   ///< push, publish: a value that counts once; empty: none
  std::optional<place> from_place;       ///< join: resume after it; mark_read; fetch; look
  std::optional<std::uint32_t> history;  ///< join: the last so many events; look: at most so many
  /// fetch: and what members are told besides, as notices were lost; look: and who is in
  bool wants_told = false;
  std::optional<side_state_cursor> side_state;  ///< fetch of a member: its next page from here on
  std::uint32_t page_bytes = 0;                 ///< of at most so many bytes
};

struct event;
/// Events do not change once they are published: owner, bus and edges share one.
using event_ptr = std::shared_ptr<const event>;

/// From the owner of a topic to its edges: this happened.
struct event {
  enum class kind : std::uint8_t {
    ordered,    ///< a push that was given `at`; for every edge
    notice,     ///< without a place in the order (presence, receipts); for every edge
    resync,     ///< a notice: each member is to be given the side state anew; for every edge
    ephemeral,  ///< from an edge, not from the owner; for every edge
    head,       ///< nothing new, `at` is the last; for every edge
    crashed,    ///< the room failed and starts anew: every channel ends; for every edge
    joined,     ///< the member is in since `joined_at`; for the origin's edge, as are the rest:
    left,       ///< answer to a leave
    done,       ///< answer to what needs no other: ok {}
    repeated,   ///< answer to a push that was ordered before, at `at`
    page,       ///< answer to a fetch: `events`
    refused,    ///< answer to what was not done, see `why`
    seen,       ///< answer to a look; not_found in `why`: there is no such room
  };
  shared_topic where;
  kind what = kind::ordered;
  bool skips_origin = false;  ///< the sender does not get its own event (echo: false)
  errc why = errc::none;
  std::uint32_t members = 0;  ///< seen: how many are in
  edge_id origin;             ///< whose command it answers, or who said it
  std::uint64_t number = 0;   ///< that command's number
  connection_id member;       ///< that command's member
  /// One list of members: another after a crash. An edge that sees it change ends its channels.
  epoch life;
  epoch in;                ///< later epochs of a room are greater
  std::string epoch_text;  ///< the epoch as clients see it
  offset at;
  std::string name;  ///< ordered, notice, ephemeral: the event's name
  body payload;      ///< ordered, notice, ephemeral

  /// joined: what the member missed, its first page; page, seen: the events asked for. Their
  /// offsets follow each other.
  std::vector<event_ptr> events;
  std::uint64_t notices = 0;  ///< how many the room has given out, this one included
  offset joined_at;  ///< joined: the head when it came in; `at` is later where this is said again
  offset after;      ///< page: what was asked for is after this
  std::uint32_t missed = 0;  ///< joined: how many it missed in all
  /// joined: set where resume or history was asked; seen: where a place was given
  std::optional<bool> recovered;
  /// joined, page, seen: what members are told besides, as pairs of name and payload (presence,
  /// receipts).
  std::vector<std::pair<std::string, body>> told;
  side_state_cursor side_from;  ///< page of a member: what was asked for begins here
  /// joined, page: `told` ends here; none: nothing of the side state was asked for
  std::optional<side_state_cursor> side_to;
};

inline event_ptr share(event what) { return std::make_shared<const event>(std::move(what)); }

}  // namespace roost::cluster
