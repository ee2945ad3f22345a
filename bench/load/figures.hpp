// SPDX-License-Identifier: Apache-2.0
// The results of a scenario, printed as one JSON object.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace roost::bench {

/// Owns: the results, in insertion order. Runs on: one thread. Ends: after print().
class figures {
 public:
  void add(const char* name, double value) { values_.emplace_back(name, value); }
  /// Records a failure; only the first one is kept. The results are then invalid.
  void fail(std::string why);
  bool has_failed() const { return !error_.empty(); }
  void print() const;

 private:
  std::vector<std::pair<const char*, double>> values_;
  std::string error_;
};

}  // namespace roost::bench
