// SPDX-License-Identifier: Apache-2.0
// When an edge resends its unanswered commands. Pure.
#pragma once

#include <algorithm>
#include <optional>

#include "config/base/clock.hpp"

namespace roost::actors {

/// Exponential backoff: after 1, 2, 4 … 32 s without an answer. An answer starts it again.
/// Owns: nothing. Runs on: its edge's loop. Ends: with its edge.
class resend_backoff {
 public:
  static constexpr milliseconds first{1'000};
  static constexpr milliseconds longest{32'000};

  void note_progress() { has_progress_ = true; }
  /// Call when nothing is unanswered.
  void stop() { due_.reset(); }
  /// Call when everything was sent for the first time.
  void begin(time_point now) {
    after_ = first;
    due_ = now + after_;
    has_progress_ = false;
  }
  /// Whether to resend now. If there was an answer since, the backoff starts again.
  bool is_due(time_point now) {
    if (has_progress_ || !due_) begin(now);
    return now >= *due_;
  }
  /// Call when everything was resent: doubles the wait.
  void resent(time_point now) {
    after_ = std::min(after_ * 2, longest);
    due_ = now + after_;
  }

 private:
  bool has_progress_ = false;
  milliseconds after_ = first;
  std::optional<time_point> due_;  // none: nothing was unanswered at the last tick
};

}  // namespace roost::actors
