// What is said in a simulation, for whoever reads a failing seed.
#pragma once

#include <string>
#include <string_view>

namespace roost::sim {

/// Owns: nothing. Runs on: the simulation's thread. Ends: never; off unless shown.
class transcript {
 public:
  static void show(bool is_shown) { is_shown_ = is_shown; }
  static bool is_shown() { return is_shown_; }
  /// `who`: a client; `how`: "says", "gets", "drops" …
  static void note(long long at_ms, int who, std::string_view how, std::string_view what);

 private:
  static inline bool is_shown_ = false;
};

/// Silences the log of the nodes, whose rooms are meant to crash here.
void be_quiet();

}  // namespace roost::sim
