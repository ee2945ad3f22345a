// What a room owes its members.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/base/clock.hpp"
#include "config/settings.hpp"

namespace roost::promises {

struct room_terms {
  bool echo = true;
  std::vector<std::string> ephemeral = {};  ///< event names
  bool has_presence = true;                 ///< members are given states and diffs
  std::uint64_t history_events = 100;
  std::optional<milliseconds> history_age = {};  ///< none: events stay, however old they are
  bool loses = false;                            ///< the bus may lose answers and reorder events
  bool doubles = false;                          ///< the bus may deliver an event twice
  bool forgets = false;  ///< an empty room is forgotten; its offsets begin at 1 again
};

inline room_terms terms_of(const room_rule& rule) {
  room_terms out;
  out.echo = rule.echo;
  out.ephemeral = rule.ephemeral;
  out.has_presence = rule.presence.mode == "full";
  out.history_events = rule.history.events_max;
  out.history_age = milliseconds(rule.history.age_ms_max);
  return out;
}

}  // namespace roost::promises
