// SPDX-License-Identifier: Apache-2.0
// Fault injection for tests: bugs of a shard's log that the tests' checkers must detect. No setting
// enables them.
#pragma once

#include <cstdint>

#include "cluster/fault_names.hpp"
#include "cluster/log/store_result.hpp"

namespace roost::cluster {

/// The expected sequence of overwrite_snapshots. Only the stores of tests know it.
inline constexpr sequence any_sequence{~std::uint64_t{0}};

struct log_faults {
  bool no_marker = false;               ///< a take-over appends nothing
  bool repeat_epoch = false;            ///< a take-over repeats the last marker's epoch
  bool serve_before_read = false;       ///< it serves before it has read the log
  bool snapshot_before_log = false;     ///< rooms are read before the log
  bool overwrite_snapshots = false;     ///< no expected sequence on snapshots
  bool cover_unstored = false;          ///< snapshots are stored before the records that they cover
  bool capture_within_batch = false;    ///< records after a capture join the batch of those before
  bool purge_above_snapshots = false;   ///< truncation ignores records that no snapshot covers
  bool purge_before_sync = false;       ///< a snapshot counts for truncation at once
  bool purge_last_message = false;      ///< truncation removes the last message too
  bool purge_without_append = false;    ///< truncation does not wait for an append
  bool take_others_batch = false;       ///< any message after the last is taken for the own one
  bool retry_after_truncation = false;  ///< nothing left to read is taken for nothing stored
  bool pipeline_appends = false;        ///< the next append does not wait for the one before
  bool ignore_barrier = false;          ///< snapshots are used without the barrier
  bool output_before_stored = false;    ///< tickets are stored once their batch is sent
  bool send_before_look = false;        ///< after a break nothing is verified
  bool commit_before_parts = false;     ///< a room's message is stored before its parts
  bool purge_parts_early = false;       ///< older parts are removed before the room's message
  bool share_part_names = false;        ///< parts of all snapshots of a room have the same names
  bool purge_own_parts = false;         ///< the removal of older parts reaches the present ones
  bool keep_parts_after_conflict = false;  ///< a commit is repeated without its parts
};

/// Fault names, for the command line of the tests.
inline constexpr fault_names<log_faults, 22> log_faults_by_name{{
    {"no_marker", &log_faults::no_marker},
    {"repeat_epoch", &log_faults::repeat_epoch},
    {"serve_before_read", &log_faults::serve_before_read},
    {"snapshot_before_log", &log_faults::snapshot_before_log},
    {"overwrite_snapshots", &log_faults::overwrite_snapshots},
    {"cover_unstored", &log_faults::cover_unstored},
    {"capture_within_batch", &log_faults::capture_within_batch},
    {"purge_above_snapshots", &log_faults::purge_above_snapshots},
    {"purge_before_sync", &log_faults::purge_before_sync},
    {"purge_last_message", &log_faults::purge_last_message},
    {"purge_without_append", &log_faults::purge_without_append},
    {"take_others_batch", &log_faults::take_others_batch},
    {"retry_after_truncation", &log_faults::retry_after_truncation},
    {"pipeline_appends", &log_faults::pipeline_appends},
    {"ignore_barrier", &log_faults::ignore_barrier},
    {"output_before_stored", &log_faults::output_before_stored},
    {"send_before_look", &log_faults::send_before_look},
    {"commit_before_parts", &log_faults::commit_before_parts},
    {"purge_parts_early", &log_faults::purge_parts_early},
    {"share_part_names", &log_faults::share_part_names},
    {"purge_own_parts", &log_faults::purge_own_parts},
    {"keep_parts_after_conflict", &log_faults::keep_parts_after_conflict},
}};

}  // namespace roost::cluster
