// SPDX-License-Identifier: Apache-2.0
// The kinds of events from the owner of a topic to its edges.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cluster/command_id.hpp"
#include "cluster/side_state.hpp"
#include "config/base/error.hpp"
#include "config/base/ids.hpp"
#include "config/base/payload.hpp"
#include "config/base/position.hpp"

namespace roost::cluster {

struct event;
/// An immutable event, which owner, bus and edges share.
using event_ptr = std::shared_ptr<const event>;

/// An operation on an earlier event of the room. Unknown operations are passed on.
struct relation {
  offset at;
  std::uint8_t operation = 0;
  friend bool operator==(const relation&, const relation&) = default;
};

/// One struct for each kind. `command` is the command that the event answers. `notifications` is
/// the number of notifications that the room has published in this epoch, this one included.
namespace events {

// For every attached edge:

/// An event that got the offset `at`.
struct ordered {
  command_id command;         ///< its cause; {}: a tick of the room
  bool skips_origin = false;  ///< the sender of the command does not get the event
  std::string name;
  roost::payload payload;
  bool is_answer = true;         ///< it also answers the command, which is a push
  std::int64_t time_ms = 0;      ///< the owner's clock, since 1970; never used for order
  std::optional<relation> on{};  ///< an operation on an earlier event; nothing uses it yet
};

/// Presence or receipts; has no offset.
struct notification {
  std::uint64_t notifications = 0;
  std::string name;
  roost::payload payload;
};

/// A notification: every member must receive the whole side state again.
struct resync {
  std::uint64_t notifications = 0;
};

/// Not sent to the node of its sender, whose edge has already given it to its members.
struct ephemeral {
  std::string name;
  roost::payload payload;
};

/// No change: tells the offset of the last event (`at`) and the count of notifications.
struct head {
  std::uint64_t notifications = 0;
};

/// An event for one member; has no offset.
struct unicast {
  member_id to;
  std::uint64_t number = 0;  ///< 1, 2, 3 … for the unicasts and kicks of the room together
  std::string name;
  roost::payload payload;
};

/// The room ended this member's channel.
struct kicked {
  member_id member;
  std::uint64_t number = 0;  ///< see unicast
  roost::payload payload;    ///< of the phx_close
};

/// The room failed and begins a new incarnation: every channel ends.
struct crashed {};

// For the edge that sent the command:

/// Answer to a join that was accepted.
struct joined {
  command_id command;
  position at;  ///< the head at the join; the event's `at` is later if the answer is sent again
  std::uint64_t notifications = 0;
  std::vector<event_ptr> events;  ///< the first page of ordered events that the member missed
  std::uint32_t missed = 0;       ///< number of all events that the member missed
  /// False: the resume failed; unset: neither resume nor history was requested.
  std::optional<bool> recovered;
  side_state_ptr side_state;  ///< null: there is none
};

/// Answer to a leave.
struct left {
  command_id command;
};

/// Answer to a command that has no other answer: ok {}.
struct done {
  command_id command;
  payload response = {};  ///< empty: {}
};

/// Answer to a push that was ordered before.
struct repeated {
  command_id command;
  position at;  ///< of the first push
};

/// Answer to any numbered command.
struct refused {
  command_id command;
  errc why = errc::none;
  payload response = {};  ///< empty: the reason of `why`
};

/// Answer to a fetch.
struct page {
  command_id command;
  std::uint64_t notifications = 0;
  offset after;                   ///< `events` begins after this offset
  std::vector<event_ptr> events;  ///< ordered events without gaps
  side_state_ptr side_state;      ///< null: it was not requested
};

/// Answer to a fetch_side_state.
struct side_state {
  command_id command;
  std::uint64_t notifications = 0;
  side_state_ptr page;  ///< never null
};

/// Answer to a query.
struct snapshot {
  command_id command;
  std::uint32_t members = 0;
  std::optional<bool> recovered;    ///< whether history reaches back to `since`; unset without it
  std::vector<event_ptr> events;    ///< ordered events without gaps
  std::optional<payload> presence;  ///< unset: not requested, or the room keeps no list
};

/// Answer to a query: there is no room of this topic.
struct not_found {
  command_id command;
};

/// Answer to an attach.
struct attached {
  command_id command;
  std::uint64_t notifications = 0;
  /// False: this owner lacks events after the edge's position, or does not know its epoch. It has
  /// taken no members, so their channels end.
  bool recovered = true;
  bool is_complete = true;  ///< false: answers a part that others follow; ignore the rest
};

/// The answer to a numbered command.
using answer = std::variant<ordered, joined, left, done, repeated, refused>;

}  // namespace events

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

/// A message from the owner of a topic to its edges: a change of the room or an answer to a
/// command. If no room made it (not_found; a left or refused of a room that was not started), it
/// has the topic, the body and the ownership that the command named, and `epoch_text` is empty.
struct event {
  shared_topic topic;
  /// The epoch of the room; edges drop events of older ones. A crash of the room begins one in the
  /// same ownership, without members: each edge ends its channels. A new owner begins one, too.
  epoch epoch_number;
  std::string epoch_text;  ///< the epoch as clients see it
  offset at;               ///< ordered: its own offset; else that of the room's last event
  std::variant<events::ordered, events::notification, events::resync, events::ephemeral,
               events::head, events::unicast, events::kicked, events::crashed, events::joined,
               events::left, events::done, events::repeated, events::refused, events::page,
               events::side_state, events::snapshot, events::not_found, events::attached>
      body;
};

inline event_ptr share(event made) { return std::make_shared<const event>(std::move(made)); }

/// The body of an event from a history or a page, which hold only ordered events.
inline const events::ordered& ordered_of(const event& event) {
  return std::get<events::ordered>(event.body);
}

}  // namespace roost::cluster
