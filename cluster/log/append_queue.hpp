// SPDX-License-Identifier: Apache-2.0
// The records of a shard's rooms that wait for the next append. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "cluster/log/log_record.hpp"
#include "cluster/log/shard_log_io.hpp"

namespace roost::cluster {

/// Fills batches from the rooms in turn, so that one room cannot starve the others.
/// Owns: the records that wait. Runs on: the caller's thread. Ends: any time.
class append_queue {
 public:
  struct batch {
    std::vector<log_record> records;
    std::vector<room_ticket> tickets;  ///< the last ticket of each room whose records are in it
    std::vector<shared_topic> topics;  ///< the rooms with a record in it
    std::vector<shared_topic> cuts;    ///< the rooms whose cut lies behind this batch
    std::size_t bytes = 0;
  };

  /// `ignore_cuts`: an injected fault.
  explicit append_queue(bool ignore_cuts = false) : ignores_cuts_(ignore_cuts) {}
  void open(const shared_topic& topic);
  /// The room's records that wait are dropped.
  void close(const topic& topic);
  bool is_open(const topic& topic) const { return rooms_.contains(topic); }
  /// Adds records of an open room.
  void add(const topic& topic, std::vector<log_record> records, std::uint64_t ticket);
  /// Separates what waits of an open room from what follows: they never share a batch. False:
  /// nothing waits.
  bool cut(const topic& topic);
  /// Takes records of about `bytes_max` bytes together, at least one if any waits.
  batch fill(std::size_t bytes_max);
  void clear();
  bool empty() const { return turns_.empty(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct waiting {
    log_record record;
    std::size_t bytes = 0;
    std::uint64_t ticket = 0;  // 0: more records of the same ticket follow
  };
  struct room {
    shared_topic topic;
    std::deque<waiting> queue;
    std::size_t until_cut = 0;  // number of records before the cut; 0: no cut
    std::uint64_t batch = 0;    // the last one that got a record of it
    std::size_t ticket_at = 0;  // in the tickets of that batch, + 1; 0: none
  };
  bool take_one(room& from, batch& into);

  const bool ignores_cuts_;
  std::unordered_map<topic, room> rooms_;
  std::deque<room*> turns_;  // rooms with records that wait
  std::uint64_t batches_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace roost::cluster
