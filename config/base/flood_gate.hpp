// Bounds what one kind of event may write to the log, so that a flood of bad clients does not
// become a flood of lines.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace roost::log {

/// Owns: a count per event name for the running second. Runs on: one thread at a time (the log
/// holds its lock). Ends: with the log. Pure: the time comes from the caller.
class flood_gate {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using dropped = std::pair<std::string, std::uint64_t>;  ///< event name, lines not written

  explicit flood_gate(std::uint32_t lines_max) : lines_max_(lines_max) {}
  /// True where the line may be written.
  bool admit(std::string_view event, time_point now);
  /// Names whose second is over and that had lines dropped, each once. Cheap to ask often.
  std::vector<dropped> take_dropped(time_point now);
  /// Whether take_dropped() will have more to say later.
  bool holds_dropped() const;

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
