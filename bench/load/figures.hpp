// What a scenario found, printed as one JSON object.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace roost::bench {

/// Owns the figures in the order in which they were added. Runs on one thread. Ends after print.
class figures {
 public:
  void add(const char* name, double value) { values_.emplace_back(name, value); }
  /// The first failure counts; the figures are then not to be used.
  void fail(std::string why);
  bool has_failed() const { return !error_.empty(); }
  void print() const;

 private:
  std::vector<std::pair<const char*, double>> values_;
  std::string error_;
};

}  // namespace roost::bench
