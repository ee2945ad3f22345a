// SPDX-License-Identifier: Apache-2.0
// The records that a take-over has read, by room, until the room is loaded. Pure.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "cluster/log/log_record.hpp"
#include "cluster/log/store_result.hpp"

namespace roost::cluster {

/// Holds records up to a bound in bytes. Above it, it holds only the sequences of the messages.
/// Owns: the records. Runs on: the caller's thread. Ends: any time.
class log_index {
 public:
  /// The records of one room in one message, in order.
  struct entry {
    sequence at;
    log_id log;
    std::optional<std::vector<log_record>> records;  ///< unset: read the message again
  };

  explicit log_index(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  void add(sequence at, const log_id& log, log_entries::batch batch, std::size_t bytes);
  /// The entries of a room, in order. They are removed.
  std::vector<entry> take(const topic& topic);
  void clear();
  std::size_t bytes() const { return bytes_; }

 private:
  const std::size_t bytes_max_;
  std::unordered_map<topic, std::vector<entry>> rooms_;
  std::size_t bytes_ = 0;  // of the messages whose records are held; never shrinks before clear()
};

}  // namespace roost::cluster
