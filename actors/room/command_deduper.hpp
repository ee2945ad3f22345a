// SPDX-License-Identifier: Apache-2.0
// Deduplicates commands: the last number and the unacknowledged answers of each edge. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/command.hpp"
#include "cluster/kept_answer.hpp"
#include "config/base/clock.hpp"

namespace roost::actors {

namespace kept = cluster::kept;

/// Makes commands idempotent: applies each number of an edge once, in order.
/// Owns: for each edge the last number and the answers that it has not acknowledged.
/// Runs on: the caller's thread (always the same one). Ends: with its room.
///
/// An answer is dropped when the edge acknowledges it. An edge that was silent for `quiet_for` may
/// be forgotten; if it sends again, it continues from its own acknowledgement.
class command_deduper {
 public:
  static constexpr milliseconds quiet_for{60'000};
  static constexpr std::size_t edges_max = 4'096;

  enum class dedupe_result : std::uint8_t {
    fresh,     ///< the next number: apply the command, then call answered()
    repeated,  ///< a duplicate: answer_to() gives its answer
    early,     ///< an earlier command is missing: drop this one, the edge resends both
  };
  using kept_answer = cluster::kept_answer;

  /// `may_repeat`: a command may arrive again; otherwise no answers are kept.
  explicit command_deduper(bool may_repeat = true) : may_repeat_(may_repeat) {}

  dedupe_result take(const cluster::command& command, time_point now);
  /// Keeps the answer to the command that this edge sent last.
  void answered(const cluster::command_id& id, kept_answer given);
  /// Null if the edge has acknowledged the answer.
  const kept_answer* answer_to(const cluster::command_id& id) const;
  /// The room crashed and has no members: kept answers "joined" become "refused".
  void forget_joins();
  std::size_t edges() const { return edges_.size(); }
  /// Memory held, in bytes.
  std::size_t bytes() const { return answers_bytes_ + edges_.capacity() * sizeof(edge); }

 private:
  using answer = cluster::numbered_answer;
  struct edge {
    cluster::edge_id id;
    std::uint64_t last = 0;
    time_point last_seen;
    std::vector<answer> answers;  // sorted by number; those before `begin` are dropped
    std::size_t begin = 0;
    void drop_answered(std::uint64_t up_to);
    std::size_t bytes() const { return answers.capacity() * sizeof(answer); }
  };
  edge* find(const cluster::edge_id& id);
  edge& open(const cluster::command& first, time_point now);

  bool may_repeat_;
  std::size_t answers_bytes_ = 0;
  std::vector<edge> edges_;  // few: one for each node, and edges that ended recently
};

}  // namespace roost::actors
