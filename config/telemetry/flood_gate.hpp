// SPDX-License-Identifier: Apache-2.0
// Rate-limits log lines per event name, so that many misbehaving clients cannot flood the log.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace roost::log {

/// A rate limiter with windows of one second. Owns: a line count per event name for the current
/// window. Runs on: one thread at a time (the log holds a lock). Ends: with the log. Pure: the
/// caller passes the time.
class flood_gate {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using dropped = std::pair<std::string, std::uint64_t>;  ///< event name, lines not written

  explicit flood_gate(std::uint32_t lines_max) : lines_max_(lines_max) {}
  /// Counts one line. True: it is within the limit and may be written.
  bool admit(std::string_view event, time_point now);
  /// Returns each finished window that dropped lines, once. Cheap: it scans the windows at most
  /// once a second.
  std::vector<dropped> take_dropped(time_point now);

 private:
  struct window {
    time_point begin;
    std::uint64_t lines = 0;
  };
  using windows = std::map<std::string, window, std::less<>>;
  windows::value_type& entry_of(std::string_view event);
  void roll(const std::string& event, window& w, time_point now);

  std::uint32_t lines_max_;
  windows windows_;
  std::vector<dropped> waiting_;
  time_point swept_;
};

}  // namespace roost::log
