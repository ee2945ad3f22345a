// SPDX-License-Identifier: Apache-2.0
// Prints the messages of a simulation, for debugging a failing seed.
#pragma once

#include <string>
#include <string_view>

namespace roost::sim {

/// Prints only after show(true). Owns: nothing. Runs on: the simulation's thread. Ends: never.
class transcript {
 public:
  static void show(bool is_shown) { is_shown_ = is_shown; }
  static bool is_shown() { return is_shown_; }
  /// `client`: its index; `verb`: "sends", "gets" or "is".
  static void note(long long at_ms, int client, std::string_view verb, std::string_view text);

 private:
  static inline bool is_shown_ = false;
};

/// Silences the log of the nodes, because rooms crash here on purpose.
void be_quiet();

}  // namespace roost::sim
