// SPDX-License-Identifier: Apache-2.0
// The contents of a shard's log: records of rooms in batches, and the markers of owners.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cluster/command_id.hpp"
#include "cluster/event.hpp"
#include "cluster/kept_answer.hpp"
#include "config/base/ids.hpp"
#include "config/base/payload.hpp"
#include "config/base/position.hpp"

namespace roost::cluster {

/// The epoch of a room, and the text as which clients see it.
struct room_epoch {
  std::uint64_t ownership = 0;
  std::uint32_t crashes = 0;
  std::string text;
  epoch number() const { return {ownership, crashes}; }
};

/// The name of a log. A shard gets a new one when the store has lost acknowledged messages; a later
/// one has a greater number. Sequences compare only within one log id.
struct log_id {
  std::uint64_t number = 0;
  std::uint64_t random = 0;
  friend bool operator==(const log_id&, const log_id&) = default;
};

/// One struct for each kind of record.
namespace records {

/// An event of the room with the record's offset.
struct ordered {
  std::string name;
  roost::payload payload;
  std::string user;             ///< of the sender: the scope of its key; empty without a key
  std::string idempotency_key;  ///< empty: none
  bool is_of_api = false;       ///< published through the server API
  bool skips_origin = false;
  bool is_answer = true;
  std::optional<relation> on;
};

/// Users have read up to these positions.
struct receipts {
  struct mark {
    std::string user;
    position at;
  };
  std::vector<mark> marks;
};

/// The room crashed and begins the record's epoch, without members.
struct crashed {};

/// The room was untouched for the retention time and is removed.
struct removed {};

/// A kind of a newer version: kept as it came, and passed on.
struct unknown {
  std::uint8_t kind = 0;
  slice data;
};

}  // namespace records

/// A change of one room that must be stored before anything that follows from it leaves the room.
struct log_record {
  roost::topic topic;
  room_epoch of;
  offset at;                   ///< ordered: its offset; else that of the room's last event
  std::int64_t time_ms = 0;    ///< the owner's clock, since 1970; never used for order
  command_id command;          ///< its cause; {}: none, or a tick
  std::uint64_t answered = 0;  ///< the edge has received all answers up to this number
  /// Answers to commands of the same edge up to this one that no record tells, such as refusals,
  /// and that the edge has not acknowledged: the edge may ask a later owner for them.
  std::vector<numbered_answer> answers;
  std::variant<records::ordered, records::receipts, records::crashed, records::removed,
               records::unknown>
      body;
};

/// One struct for each kind of message in a log.
namespace log_entries {

/// The node took the shard over; its ownership begins. Also the first message of a new log id.
struct marker {
  std::string text;  ///< of the epochs of its rooms, as clients see them
};

/// Records of any rooms of the shard, in the order in which they were made.
struct batch {
  std::vector<log_record> records;
};

/// The newest ownerships, oldest first, so that a truncated log still names them.
struct epochs {
  struct entry {
    std::uint64_t ownership = 0;
    std::string text;
  };
  std::vector<entry> all;
};

/// The owner gives the shard to this node.
struct release {
  node_id to;
};

}  // namespace log_entries

/// A message of the log of a shard. The sender's number tells whether a message is its own: after
/// an append with an unknown outcome the owner compares node, ownership and number.
struct log_entry {
  log_id log;
  node_id node;
  std::uint64_t ownership = 0;
  std::uint64_t number = 0;  ///< 1, 2, 3, … within this ownership
  std::variant<log_entries::marker, log_entries::batch, log_entries::epochs, log_entries::release>
      body;
};

}  // namespace roost::cluster
