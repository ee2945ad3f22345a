// SPDX-License-Identifier: Apache-2.0
// The settings of a room and its bus that decide what members may expect.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/base/clock.hpp"
#include "config/schema/settings.hpp"

namespace roost::promises {

struct room_terms {
  bool echo = true;
  std::vector<std::string> ephemeral = {};  ///< event names
  bool has_presence = true;                 ///< members receive presence states and diffs
  std::uint64_t history_events = 100;
  std::optional<milliseconds> history_age = {};  ///< none: events do not expire
  bool loses = false;                            ///< the bus may lose answers and reorder events
  bool doubles = false;                          ///< the bus may deliver an event twice
  bool forgets = false;     ///< empty rooms are evicted; offsets then restart at 1
  bool is_durable = false;  ///< the room outlives its process
  bool loses_end = false;   ///< power cuts take the last stored events
  bool keeps_more = false;  ///< a new owner keeps all events until the edges have attached
  bool moves = false;       ///< a channel goes on in the epoch of a new owner of the room
  bool repeats = false;     ///< a push whose owner is lost may be applied in two epochs
};

inline room_terms terms_of(const room_rule& rule) {
  room_terms out;
  out.echo = rule.echo;
  out.ephemeral = rule.ephemeral;
  out.has_presence = rule.presence.mode == presence_mode::full;
  out.history_events = rule.history.events_max;
  out.history_age = milliseconds(rule.history.age_ms_max);
  return out;
}

}  // namespace roost::promises
