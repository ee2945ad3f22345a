// SPDX-License-Identifier: Apache-2.0
// Checks how much a room of durability `snapshot` loses when its owner is lost.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "config/base/clock.hpp"
#include "tests/promises/findings.hpp"
#include "tests/promises/received_frame.hpp"
#include "tests/sim/faulty_stores.hpp"
#include "tests/sim/plan.hpp"

namespace roost::sim {

/// The events of an epoch that the next owner does not have were all applied within `snapshot_ms`
/// and the time for which a room whose snapshot is overdue takes pushes. An event was applied
/// between its push and its first arrival. Owns: these times. Runs on: the simulation's thread.
/// Ends: with the simulation.
class snapshot_check {
 public:
  snapshot_check(const plan& plan, faulty_stores& stores, promises::findings& found)
      : plan_(plan), stores_(stores), found_(found) {}
  /// A client has received an event of a room, which was pushed at `sent_at`.
  void received(const std::string& topic, const promises::position& at, time_point sent_at,
                time_point now);
  /// Call after each step of the stores.
  void run();

 private:
  struct known_event {
    std::uint64_t at = 0;
    time_point sent_at;
    time_point received_at;
  };
  struct known_epoch {
    std::vector<known_event> events = {};
    std::uint64_t first_lost = ~std::uint64_t{0};
    time_point received_first = time_point::max();  // of those that are lost
    time_point sent_last = time_point::min();
  };
  using known_room = std::map<std::string, known_epoch>;  // by epoch
  void lose(const std::string& topic, known_epoch& of, const known_event& event);
  void ends(const std::string& topic, known_epoch& of, std::uint64_t first_lost);

  const plan& plan_;
  faulty_stores& stores_;
  promises::findings& found_;
  cluster::sequence last_snapshot_;
  std::map<std::string, known_room> rooms_;  // by topic
};

}  // namespace roost::sim
