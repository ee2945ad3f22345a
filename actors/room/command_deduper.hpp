// SPDX-License-Identifier: Apache-2.0
// Deduplicates commands: the last number and the unacknowledged answers of each edge. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "actors/runtime/fault_injection.hpp"
#include "cluster/command.hpp"
#include "cluster/kept_answer.hpp"
#include "cluster/log/log_record.hpp"
#include "cluster/log/room_snapshot.hpp"
#include "config/base/clock.hpp"

namespace roost::actors {

namespace kept = cluster::kept;

/// Makes commands idempotent: applies each number of an edge once, in order.
/// Owns: for each node the incarnation of its edge, the last number, and the answers that the edge
/// has not acknowledged. Runs on: the caller's thread (always the same one). Ends: with its room.
///
/// The owner takes number max(last + 1, first unanswered) of an edge and no other. A newer
/// incarnation of a node's edge replaces the older one, whose commands are then ignored. An answer
/// is dropped when the edge acknowledges it. An edge that was silent for `quiet_for` may be
/// forgotten: by then it has given up its unanswered commands. If it sends again, it continues from
/// its own acknowledgement.
class command_deduper {
 public:
  static constexpr milliseconds quiet_for{600'000};
  static constexpr std::size_t edges_max = 4'096;

  enum class dedupe_result : std::uint8_t {
    fresh,     ///< the next number: apply the command, then call answered()
    reapply,   ///< the next number, which was applied by an earlier owner, or before
               ///< expect_repeats()
    repeated,  ///< a duplicate: answer_to() gives its answer
    early,     ///< an earlier command is missing: drop this one, the edge resends both
    outdated,  ///< of an earlier incarnation of the node's edge: drop it
  };
  using kept_answer = cluster::kept_answer;

  /// `may_repeat`: a command may arrive again; otherwise no answers are kept.
  explicit command_deduper(bool may_repeat = true, const fault_injection* faults = nullptr)
      : may_repeat_(may_repeat), faults_(faults) {}

  bool may_repeat() const { return may_repeat_; }
  dedupe_result take(const cluster::command& command, time_point now);
  /// Notes the acknowledgement of an unnumbered command. False: it is outdated.
  bool acknowledge(const cluster::command& command, time_point now);
  /// The room has dropped the members of this node: commands that its edge resends are applied
  /// again.
  void expect_repeats(node_id node);
  /// Whether the edge is a newer incarnation than the one of its node that is known.
  bool is_newer(const cluster::edge_id& id) const;
  bool is_older(const cluster::edge_id& id) const;
  /// Keeps the answer to a command that take() has called fresh or reapply.
  void answered(const cluster::command_id& id, kept_answer given);
  /// Null if no answer is held.
  const kept_answer* answer_to(const cluster::command_id& id) const;
  /// The room crashed and has no members: kept answers "joined" become "refused".
  void forget_joins();

  /// Adds the command and the state of its edge to the record: the acknowledgement, and the answers
  /// up to this command that no earlier record has. Nothing for the command {}.
  void record(const cluster::command_id& id, cluster::log_record& record);
  /// Applies the state of an edge in a record. `own`: the answer that follows from the record.
  void replay(const cluster::log_record& record, std::optional<kept_answer> own, time_point now);
  /// The edges for a snapshot, without those that may be forgotten.
  std::vector<cluster::room_snapshot::edge> stored_edges(time_point now) const;
  void restore(const cluster::room_snapshot::edge& stored, time_point now);

  std::size_t edges() const { return edges_.size(); }
  /// Memory held, in bytes.
  std::size_t bytes() const { return answers_bytes_ + edges_.capacity() * sizeof(edge); }

 private:
  using answer = cluster::numbered_answer;
  struct edge {
    cluster::edge_id id;
    std::uint64_t last = 0;      // taken by this owner, or acknowledged
    std::uint64_t stored = 0;    // applied by an earlier owner
    std::uint64_t recorded = 0;  // answers up to here are in a record or snapshot
    std::uint64_t answered = 0;  // acknowledged by the edge
    time_point last_seen;
    std::vector<answer> answers = {};  // sorted by number; those before `begin` are dropped
    std::size_t begin = 0;
    std::vector<answer>::iterator from(std::uint64_t number);
    void keep(std::uint64_t number, kept_answer&& given);
    void drop_answered();
    std::size_t bytes() const { return answers.capacity() * sizeof(answer); }
  };
  edge* find(node_id node);
  const edge* find(node_id node) const { return const_cast<command_deduper*>(this)->find(node); }
  edge* enter(const cluster::command& command, time_point now);
  edge& open(const cluster::edge_id& id, time_point now);
  template <class Change>
  void change(edge& of, Change make);

  bool may_repeat_;
  const fault_injection* faults_;
  std::size_t answers_bytes_ = 0;
  std::vector<edge> edges_;  // few: one for each node
};

}  // namespace roost::actors
