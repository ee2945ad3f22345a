// SPDX-License-Identifier: Apache-2.0
// The results of a check of a store: totals of each shard, and damage.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cluster/log/store_result.hpp"
#include "cluster/shard.hpp"

namespace roost::cluster {

/// Something that is wrong in a store.
struct store_finding {
  std::optional<shard_id> shard;  ///< none: the file as a whole
  sequence at;                    ///< of a message of the log; 0: none
  std::string snapshot;           ///< the key of a snapshot; empty: none
  std::string room;               ///< the topic; empty: none, or not known
  std::string text;
};

/// The contents of one shard.
struct shard_totals {
  shard_id shard;
  std::uint64_t rooms = 0;    ///< with a snapshot or a record
  std::uint64_t records = 0;  ///< in the log
  std::uint64_t snapshots = 0;
  std::uint64_t log_bytes = 0;
  std::uint64_t snapshot_bytes = 0;
  sequence first;                         ///< of the log
  sequence last;                          ///< of the log
  std::optional<std::int64_t> oldest_ms;  ///< Unix time of the oldest record in the log
  std::uint64_t parts = 0;           ///< of snapshots that are larger than a message of the store
  std::uint64_t orphaned_parts = 0;  ///< that no snapshot names: a node removes them in time
};

/// Keeps the first findings and counts the others. Owns: them. Runs on: one thread. Ends: any time.
class finding_list {
 public:
  static constexpr std::size_t findings_max = 100;

  void add(store_finding finding) {
    if (all_.size() < findings_max) {
      all_.push_back(std::move(finding));
    } else {
      ++more_;
    }
  }
  const std::vector<store_finding>& all() const { return all_; }
  /// Those that were not kept.
  std::uint64_t more() const { return more_; }
  std::uint64_t count() const { return all_.size() + more_; }

 private:
  std::vector<store_finding> all_;
  std::uint64_t more_ = 0;
};

}  // namespace roost::cluster
