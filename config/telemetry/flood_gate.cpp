// SPDX-License-Identifier: Apache-2.0
#include "config/telemetry/flood_gate.hpp"

namespace roost::log {
namespace {

constexpr auto second = std::chrono::seconds{1};
// Event names are literals in our code. The bound protects memory if one were built from input.
constexpr std::size_t names_max = 512;

}  // namespace

flood_gate::windows::value_type& flood_gate::entry_of(std::string_view event) {
  auto found = windows_.find(event);
  if (found != windows_.end()) return *found;
  return *windows_.try_emplace(windows_.size() < names_max ? std::string{event} : "other").first;
}

void flood_gate::roll(const std::string& event, window& w, time_point now) {
  if (now - w.begin < second) return;
  if (w.lines > lines_max_) waiting_.emplace_back(event, w.lines - lines_max_);
  w = {now, 0};
}

bool flood_gate::admit(std::string_view event, time_point now) {
  auto& [name, w] = entry_of(event);
  roll(name, w, now);
  return ++w.lines <= lines_max_;
}

std::vector<flood_gate::dropped> flood_gate::take_dropped(time_point now) {
  if (now - swept_ >= second) {
    swept_ = now;
    for (auto& [event, w] : windows_) {
      if (w.lines > lines_max_) roll(event, w, now);
    }
  }
  return std::exchange(waiting_, {});
}

}  // namespace roost::log
