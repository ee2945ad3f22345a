// SPDX-License-Identifier: Apache-2.0
// Decides after each reconnect whether the store is still the one that the node knows. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cluster/identity/identify.hpp"
#include "config/base/clock.hpp"

namespace roost::actors {

/// Until it is sure, nothing of a shard is sent: another cluster may have taken the place of this
/// one, with other shards for the same topics.
/// Owns: the question that is open. Runs on: one thread. Ends: any time.
class identity_guard {
 public:
  /// An identity that is missing for `grace` is gone. A server that has just started, or a new
  /// leader, may not know it for a moment.
  explicit identity_guard(milliseconds grace) : grace_(grace) {}

  /// The connection to the store broke: answers that are under way do not count.
  void lost();
  /// The connection is back.
  void back(time_point now);
  bool is_sure() const { return is_sure_; }
  /// Whether the store must be asked now. Ask at least every 250 ms.
  std::optional<std::uint64_t> next_question(time_point now);
  /// The answer to a question. True: it makes this node sure again.
  bool answered(std::uint64_t question, const cluster::identity_finding& finding, time_point now);
  /// Why the node must end; empty: it need not.
  const std::string& why_to_end() const { return why_to_end_; }

 private:
  milliseconds grace_;
  bool is_sure_ = true;
  std::uint64_t question_ = 0;
  std::optional<time_point> ask_at_;  // none: a question is under way, or none is needed
  std::optional<time_point> missing_since_;
  std::string why_to_end_;
};

/// The label of the metric.
std::string_view name_of(cluster::identity_state state);

}  // namespace roost::actors
