// SPDX-License-Identifier: Apache-2.0
// The inputs and outputs of a shard_log: requests to the stores, their answers, effects.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cluster/event.hpp"
#include "cluster/log/log_record.hpp"
#include "cluster/log/room_snapshot.hpp"
#include "cluster/log/shard_log_counters.hpp"
#include "cluster/log/shard_log_limits.hpp"
#include "cluster/log/snapshot_parts.hpp"
#include "cluster/log/store_result.hpp"
#include "config/base/bytes.hpp"

namespace roost::cluster {

/// Requests to the stores of the shard, which its actor encodes and sends.
namespace log_requests {

/// log_store::append(). Answer: write_result.
struct append {
  sequence expected_last;
  std::shared_ptr<const log_entry> entry;
};
/// log_store::read_state(). Answer: log_answers::state.
struct read_state {};
/// log_store::read(). Answer: log_answers::page.
struct read {
  sequence from;
  std::size_t bytes_max = 0;
};
/// log_store::purge(). Answer: write_result.
struct purge {
  sequence first_kept;
};
/// snapshot_store::get() of the barrier (key `$`) and, if `topic` is set, of the room's snapshot,
/// in one read. Answer: log_answers::snapshots.
struct get {
  std::optional<roost::topic> topic;
};
/// snapshot_store::put() of the barrier. Answer: write_result.
struct put_barrier {
  sequence expected;
  std::uint64_t ownership = 0;
};
/// snapshot_store::put() of a room's snapshot. Answer: write_result, or log_answers::too_large.
struct put_snapshot {
  sequence expected;
  std::shared_ptr<const room_snapshot> snapshot;
};
/// snapshot_store::put_part() of one part of a room's snapshot. Answer: write_result.
struct put_part {
  roost::topic topic;
  part_names names;
  std::size_t index = 0;
  slice part;
};
/// snapshot_store::put() of a room's message that names the parts of its snapshot. Answer:
/// write_result.
struct put_parted {
  sequence expected;
  parted_snapshot message;
};
/// snapshot_store::get() of the parts of a room's snapshot. Answer: log_answers::joined.
struct get_parts {
  roost::topic topic;
  snapshot_parts parts;
};
/// snapshot_store::remove_parts() of a room. Answer: write_result.
struct remove_parts {
  roost::topic topic;
  sequence first_kept;
};
/// snapshot_store::list_parts() after a key, at most `max`. Answer: log_answers::part_listing.
struct list_parts {
  std::string after;
  std::size_t max = 0;
};
/// snapshot_store::remove() of one part. Answer: write_result.
struct remove_part {
  part_place part;
  sequence expected;
};
/// snapshot_store::list() of the snapshots after a key, at most `max`. Answer:
/// log_answers::listing.
struct list {
  std::string after;
  std::size_t max = 0;
};
/// snapshot_store::remove() of a room's snapshot. Answer: write_result.
struct remove {
  roost::topic topic;
  sequence expected;
};

}  // namespace log_requests

/// A request with the number that its answer repeats. The order of requests does not matter.
struct log_request {
  std::uint64_t id = 0;
  std::variant<log_requests::append, log_requests::read_state, log_requests::read,
               log_requests::purge, log_requests::get, log_requests::put_barrier,
               log_requests::put_snapshot, log_requests::put_part, log_requests::put_parted,
               log_requests::get_parts, log_requests::remove_parts, log_requests::list_parts,
               log_requests::remove_part, log_requests::list, log_requests::remove>
      body;
};

/// Answers of the stores, decoded.
namespace log_answers {

/// A message of the log. `entry` is unset if it cannot be decoded (damaged, or of a newer version).
struct message {
  sequence at;
  std::optional<log_entry> entry;
  std::size_t bytes = 0;
};
/// log_state. `newest.at` is 0 if the newest message is not held.
struct state {
  sequence first;
  sequence last;
  message newest;
  std::uint64_t bytes = 0;
  std::uint64_t bytes_max = 0;
};
/// log_page.
struct page {
  std::vector<message> messages;
  bool is_end = false;
};
/// snapshot_page. `at` is 0 if the key is not stored; `room` is unset then, or if the snapshot
/// cannot be decoded.
struct snapshots {
  sequence up_to;
  sequence barrier_at;
  std::uint64_t barrier_ownership = 0;
  sequence room_at;
  std::optional<room_snapshot> room;
  std::optional<snapshot_parts> parts;  ///< set: `room` has only what a listing shows
};
/// The snapshot is larger than a message of the store, and was not sent: it goes in parts.
/// `encoded` is empty if it is larger than any snapshot may be.
struct too_large {
  slice encoded;
  std::size_t part_bytes_max = 0;
};
/// The snapshot that was read in parts; unset if a part is missing or they cannot be decoded.
struct joined {
  std::optional<room_snapshot> room;
  bool is_missing = false;  ///< a part is not stored (any more), or not at that replica yet
};
/// The beginning of a stored snapshot.
struct stored_room {
  roost::topic topic;
  sequence at;
  std::int64_t touched_ms = 0;
  bool is_empty = false;
  log_id log;
  sequence covered;
  std::uint64_t ownership = 0;  ///< of its newest epoch
};
/// Snapshots that cannot be decoded are left out.
struct listing {
  std::vector<stored_room> rooms;
  std::string last_key;
  bool is_end = false;
};
/// Parts in the order of their keys. Keys that name no part are left out.
struct part_listing {
  struct part {
    part_place place;
    sequence at;
  };
  std::vector<part> parts;
  std::string last_key;
  sequence up_to;
  bool is_end = false;
};
/// A read that failed.
struct failed {
  std::string why;
};

}  // namespace log_answers

using log_answer =
    std::variant<write_result, log_answers::state, log_answers::page, log_answers::snapshots,
                 log_answers::too_large, log_answers::joined, log_answers::listing,
                 log_answers::part_listing, log_answers::failed>;

/// Names a record or a captured state of a room to the room: all of its records up to `number`.
/// The room chooses the numbers, which grow.
struct room_ticket {
  shared_topic topic;
  std::uint64_t number = 0;
};

/// Why a shard_log does not own its shard (any more). The rooms are dropped with all that is not
/// stored; edges resend.
enum class stop_reason : std::uint8_t {
  held,        ///< a take-over stopped: `owner` holds the shard, or only it may take it
  fenced,      ///< another node took the shard, or stored something unexpected
  lost,        ///< the store lost acknowledged data; the log begins anew by itself, see serving
  unreadable,  ///< the log has a message that cannot be decoded
  released,    ///< given to `owner` with give()
};

/// Work for the shard's actor, in this order.
namespace shard_effects {

/// Send it to the stores.
struct send {
  log_request request;
};
/// Records are stored: what waits behind these tickets leaves the rooms.
struct stored {
  std::vector<room_ticket> tickets;
};
/// This node owns the shard: announce it. Rooms can be loaded and used.
struct serving {
  std::uint64_t ownership = 0;
  std::string text;  ///< of the epochs that begin now, as clients see them
};
/// Drop every room of the shard at once.
struct stopped {
  stop_reason why{};
  node_id owner;
  std::uint64_t released = 0;  ///< not 0: this ownership ended with a release to `owner`
  std::string detail;          ///< for the log
};
/// New pushes are to be refused with "unavailable", or no longer. True after `serving`.
struct accepting {
  bool is_accepting = false;
};
/// Answer to load(). The room is `snapshot` (none: new), then `records`, in order.
struct loaded {
  shared_topic topic;
  std::optional<room_snapshot> snapshot;
  std::vector<log_record> records;
  /// Before it applies a command, the room is captured, and stored_snapshot or reload comes.
  bool stores_first = false;
};
/// Answer to load(): the stored snapshot cannot be read, and the room stays unavailable.
struct load_failed {
  shared_topic topic;
  const char* why = "";  ///< for the log
};
/// The snapshot is larger than the store takes in parts. It is tried again 10 s later.
struct too_large {
  shared_topic topic;
};
/// Capture the room and call captured(). If it is not in memory: load it, capture it, drop it.
struct capture {
  shared_topic topic;
};
/// The state captured with this ticket is stored.
struct stored_snapshot {
  room_ticket ticket;
};
/// Drop the room, which has not been used, and load it again.
struct reload {
  shared_topic topic;
};
/// Nobody has used the room for long: remove its content, unless it is used now.
struct retire {
  shared_topic topic;
};
/// Answer to look(): this node is still the owner.
struct verified {};

}  // namespace shard_effects

using shard_effect =
    std::variant<shard_effects::send, shard_effects::stored, shard_effects::serving,
                 shard_effects::stopped, shard_effects::accepting, shard_effects::loaded,
                 shard_effects::load_failed, shard_effects::too_large, shard_effects::capture,
                 shard_effects::stored_snapshot, shard_effects::reload, shard_effects::retire,
                 shard_effects::verified>;

}  // namespace roost::cluster
