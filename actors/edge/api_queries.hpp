// SPDX-License-Identifier: Apache-2.0
// The unanswered queries of the server API at an edge. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cluster/command.hpp"
#include "config/base/clock.hpp"

namespace roost::actors {

/// Queries are outside of the order of commands: they change nothing, so the edge may resend them.
/// Owns: the queries. Runs on: its edge's loop. Ends: with its edge.
class api_queries {
 public:
  static constexpr std::size_t queries_max = 1'024;

  /// The number of the command of a query, which no numbered command can have: the owner's node may
  /// answer both with `refused`.
  static constexpr std::uint64_t number_of(std::uint64_t request_id) { return request_id | flag; }
  static constexpr bool is_query(const cluster::command_id& id) { return (id.number & flag) != 0; }
  static constexpr std::uint64_t request_id_of(const cluster::command_id& id) {
    return id.number & ~flag;
  }

  bool empty() const { return all_.empty(); }
  bool is_full() const { return all_.size() >= queries_max; }
  void add(cluster::command query, time_point now) { all_.push_back({std::move(query), now}); }
  /// Removes the query with this id. False: it does not exist, so the answer is a duplicate.
  bool remove(const cluster::command_id& id);
  /// Removes the queries that were added at `until` or before, and returns their request ids.
  std::vector<std::uint64_t> take_old(time_point until);
  /// Adds all queries to `out`, for the owner of this ownership.
  void resend(std::uint64_t ownership, std::vector<cluster::command>& out) const;

 private:
  static constexpr auto flag = std::uint64_t{1} << 63U;
  struct entry {
    cluster::command query;
    time_point since;
  };
  std::vector<entry> all_;  // oldest first
};

}  // namespace roost::actors
