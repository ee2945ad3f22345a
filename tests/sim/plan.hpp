// What a seed decides before the first step.
#pragma once

#include <cstddef>
#include <cstdint>

#include "config/settings.hpp"
#include "tests/promises/room_terms.hpp"
#include "tests/sim/faulty_bus.hpp"

namespace roost::sim {

/// Chances are of a thousand actions of the scenario.
struct plan {
  std::uint64_t seed = 0;
  std::size_t nodes = 1;
  std::size_t loops = 1;  ///< of each node
  std::size_t clients = 2;
  std::size_t topics = 1;
  std::size_t actions = 200;
  bool has_network = true;  ///< else the one node has the bus that it has in production
  bus_faults faults;
  std::size_t window_bytes = 4'096;
  std::size_t padding_bytes = 0;      ///< of a push; large ones make what was missed come in pages
  std::size_t handlers_max = 4;       ///< of a turn of a loop
  std::size_t actors_permille = 800;  ///< the chance that one more actor runs in a turn
  unsigned boom_permille = 5;
  unsigned drop_permille = 30;
  unsigned stall_permille = 20;
  settings config;

  /// What rooms of this rule owe their members under these faults.
  promises::room_terms terms_of(const room_rule& rule) const;
  /// `loses`: in some seeds the bus loses messages.
  static plan of(std::uint64_t seed, bool loses = false);
};

}  // namespace roost::sim
