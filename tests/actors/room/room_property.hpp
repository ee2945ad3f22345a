// SPDX-License-Identifier: Apache-2.0
// A random test of one room and its edges that checks every promise after each step.
#pragma once

#include <deque>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/fixtures/room_edges_fixture.hpp"
#include "tests/fixtures/virtual_time.hpp"
#include "tests/promises/member_view.hpp"

namespace roost::actors {

struct property_options {
  unsigned seed = 1;
  bool loses = false;  ///< the bus loses and duplicates messages
  const fault_injection* faults = nullptr;
};

/// Counts of what the runs exercised, so that a test can require enough of each.
struct property_sums {
  std::size_t broadcasts = 0;
  std::size_t recovered = 0;
  std::size_t missed = 0;
  std::size_t lost_catch_ups = 0;
  std::size_t waits = 0;  ///< steps in which a member was catching up
  std::size_t crashes = 0;
  std::size_t slow = 0;  ///< sessions that were closed as slow consumers
  std::size_t gaps = 0;
  std::size_t resent = 0;
};

/// One run: clients join with or without a resume position, push, leave, read slowly, vanish and
/// crash the room. Owns: the room, edges and clients. Runs on: the test's thread. Ends: with the
/// test.
class property_run {
 public:
  explicit property_run(const property_options& with);
  /// Plays the run and returns the first broken promise, if any.
  std::optional<std::string> play(property_sums& sums);

 private:
  static constexpr std::size_t slots_max = 6;
  static constexpr int rounds = 120;
  /// A client, and after its session ended, the session that replaces it.
  struct slot {
    promises::member_view view;
    std::size_t index = 0;  // of its session in `edges_`
    std::uint64_t connection = 0;
    std::uint64_t pushes = 0;
    bool is_slow = false;
    std::vector<std::string> join_refs = {};  // sent over this session
  };

  room_edges_options options_of(const property_options& with);
  promises::room_terms terms_of(const room_rule& rule) const;
  void open(slot& client);
  void act();
  void join(slot& client);
  void say(slot& client, const std::string& event);
  void tell(slot& client, const std::string& event, const std::string& payload,
            promises::request asked);
  void vanish(slot& client);
  void read(slot& client);
  void disturb();
  void pass(milliseconds time);
  bool settle();
  void check_sums();
  void check_found();
  void check(bool holds, const std::string& promise);
  bool one_in(unsigned count) { return random_() % count == 0; }
  std::string filling();

  std::mt19937 random_;
  bool has_echo_;
  bool is_large_;
  bool loses_;
  unsigned moods_ = 0;
  std::size_t crashes_ = 0;
  std::size_t slow_ = 0;
  room_edges_fixture edges_;
  tests::virtual_time clock_;
  promises::findings found_;
  promises::room_truth truth_{"room:1", found_};
  std::deque<slot> slots_;
  std::size_t opened_ = 0;
  unsigned last_ref_ = 0;
  std::uint64_t last_meta_ = 0;
  std::optional<std::string> broken_;
  std::size_t waits_ = 0;
};

}  // namespace roost::actors
