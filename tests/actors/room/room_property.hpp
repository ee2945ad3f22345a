// Clients that join with and without a place to resume from, push, leave, read slowly, vanish and
// crash the room at random; after each step what every one of them got is checked.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/actors/room/client_view.hpp"
#include "tests/fixtures/room_edges_fixture.hpp"

namespace roost::actors {

struct property_options {
  unsigned seed = 1;
  bool loses = false;  ///< the bus loses and repeats what it carries
  const planted_faults* faults = nullptr;
};

/// What happened in runs, so that a test can see that they were worth something.
struct property_sums {
  std::size_t broadcasts = 0;
  std::size_t recovered = 0;
  std::size_t missed = 0;
  std::size_t lost_catch_ups = 0;
  std::size_t waits = 0;  ///< steps with somebody that catches up
  std::size_t crashes = 0;
  std::size_t gaps = 0;
  std::size_t resent = 0;
};

/// One run. Owns: its world. Runs on: the test's thread. Ends: with the test.
class property_run {
 public:
  explicit property_run(const property_options& with);
  /// What was broken first, or nothing.
  std::optional<std::string> play(property_sums& sums);

 private:
  static constexpr std::size_t slots_max = 6;
  static constexpr int rounds = 120;
  /// A client and, when its link ended, the next that goes on for it.
  struct slot {
    std::size_t index = 0;  // in the world
    bool is_slow = false;
    client_view view;
    std::vector<std::string> join_refs = {};
    std::optional<room_record::place> place = {};  // of the links before
  };

  room_edges_options options_of(const property_options& with);
  slot open(std::optional<room_record::place> place);
  void act();
  void join(slot& who);
  void say(slot& who, const std::string& event);
  void tell(slot& who, const std::string& event, const std::string& payload,
            client_view::request request);
  void vanish(slot& who);
  void read(slot& who);
  void disturb();
  bool settle();
  void check_sums();
  void check(bool holds, const std::string& what);
  bool one_in(unsigned count) { return random_() % count == 0; }
  std::string filling();

  std::mt19937 random_;
  bool has_echo_;
  bool is_large_;
  bool loses_;
  unsigned moods_ = 0;
  std::size_t crashes_ = 0;
  room_edges_fixture world_;
  room_record together_;
  std::vector<slot> slots_;
  std::size_t opened_ = 0;
  unsigned last_ref_ = 0;
  std::optional<std::string> broken_;
  std::size_t waits_ = 0;
  property_sums ended_ = {};  // of links that have ended
};

}  // namespace roost::actors
