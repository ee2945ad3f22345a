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
  /// Forgets the room, and its records that wait.
  void close(const topic& topic);
  void add(const shared_topic& topic, std::vector<log_record> records, std::uint64_t ticket);
  /// Separates what waits of a room from what follows: they never share a batch. False:
  /// nothing waits.
  bool cut(const topic& topic);
  /// Takes records of about `bytes_max` bytes together, at least one if any waits.
  batch fill(std::size_t bytes_max);
  /// The oldest batch that was filled is stored.
  void stored() { ++batches_stored_; }
  /// Records of the room wait, or are in a batch that is not stored.
  bool holds(const topic& topic) const;
  void clear();
  bool empty() const { return turns_.empty(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct waiting {
    log_record record;
    std::size_t bytes = 0;
    std::uint64_t ticket = 0;  // 0: more records of the same ticket follow
  };
  struct open_room {
    shared_topic topic;
    std::deque<waiting> queue;
    std::size_t until_cut = 0;  // number of records before the cut; 0: no cut
    std::uint64_t batch = 0;    // the last one that got a record of it
    std::size_t ticket_at = 0;  // in the tickets of that batch, + 1; 0: none
  };
  bool take_one(open_room& from, batch& into);

  const bool ignores_cuts_;
  std::unordered_map<topic, open_room> rooms_;
  std::deque<open_room*> turns_;  // rooms with records that wait
  std::uint64_t batches_ = 0;
  std::uint64_t batches_stored_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace roost::cluster
