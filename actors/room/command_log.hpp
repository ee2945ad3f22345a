// What the owner of a topic has done for each edge, so that what comes twice is done once. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cluster/envelope.hpp"
#include "config/base/clock.hpp"

namespace roost::actors {

/// Owns: per edge the last number, and the answers that the edge may not have got yet.
/// Runs on: whoever calls it (one thread). Ends: with its room.
///
/// Answers are short (an event stays in history, a state is made anew), and are dropped when the
/// edge says that it has them. An edge that has said nothing for `quiet_for` may be forgotten, and
/// goes on where it says that it stands.
class command_log {
 public:
  static constexpr milliseconds quiet_for{60'000};
  static constexpr std::size_t edges_max = 4'096;

  enum class verdict : std::uint8_t {
    fresh,     ///< the next one: do it, then call answered()
    repeated,  ///< done before: answer_to() says what was answered
    early,     ///< one before it is missing: wait until it is sent again
  };
  struct answer {
    std::uint64_t number = 0;
    cluster::event::kind what = cluster::event::kind::done;
    errc why = errc::none;
    cluster::place at;  ///< ordered, repeated: where
  };

  /// `may_repeat`: a command may come again; else no answer is kept.
  explicit command_log(bool may_repeat = true) : may_repeat_(may_repeat) {}

  verdict take(const cluster::command& what, time_point now);
  void answered(const cluster::edge_id& from, answer with);
  /// Null where the edge has said that it has it.
  const answer* answer_to(const cluster::edge_id& from, std::uint64_t number) const;
  /// Nobody is in any more (the room crashed): joins whose answers may be lost count as refused.
  void forget_joins();
  std::size_t edges() const { return edges_.size(); }
  /// The memory of what is kept.
  std::size_t bytes() const { return answers_bytes_ + edges_.capacity() * sizeof(edge); }

 private:
  struct edge {
    cluster::edge_id id;
    std::uint64_t last = 0;
    time_point heard;
    std::vector<answer> answers;  // by number, from `begin` on
    std::size_t begin = 0;
    void drop_answered(std::uint64_t up_to);
    std::size_t bytes() const { return answers.capacity() * sizeof(answer); }
  };
  edge* find(const cluster::edge_id& id);
  edge& open(const cluster::command& first, time_point now);

  bool may_repeat_;
  std::size_t answers_bytes_ = 0;
  std::vector<edge> edges_;  // few: one a node, and those that have just ended
};

}  // namespace roost::actors
