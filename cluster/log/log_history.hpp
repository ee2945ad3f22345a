// SPDX-License-Identifier: Apache-2.0
// The ownerships of a shard that its log names. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "cluster/log/log_record.hpp"
#include "cluster/log/store_result.hpp"

namespace roost::cluster {

/// Knows the names of the newest ownerships, and which message stands where: messages of one
/// ownership are numbered without gaps. Owns: them. Runs on: the caller's thread. Ends: any time.
class log_history {
 public:
  static constexpr std::size_t epochs_max = 256;

  /// A message of the log, read or stored by this node. In order.
  void add(sequence at, const log_entry& entry);
  /// Whether the message with this sequence is the one that was added (or stands between two that
  /// were).
  bool knows(sequence at, const log_entry& entry) const;
  const std::vector<log_entries::epochs::entry>& epochs() const { return epochs_; }
  void clear();

 private:
  struct run {
    sequence first;
    std::uint64_t ownership = 0;
    std::uint64_t number = 0;  // of the first
  };
  void name(const log_entries::epochs::entry& epoch);

  std::vector<log_entries::epochs::entry> epochs_;
  std::deque<run> runs_;  // the newest epochs_max
};

}  // namespace roost::cluster
