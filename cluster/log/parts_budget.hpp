// SPDX-License-Identifier: Apache-2.0
// Bounds the memory of the snapshots that are read or stored in parts. Pure.
#pragma once

#include <cstddef>
#include <deque>
#include <unordered_map>
#include <utility>
#include <vector>

#include "config/base/ids.hpp"

namespace roost::cluster {

/// Gives rooms the bytes of their whole snapshot, first come, first served. A snapshot above the
/// bound goes alone. Owns: a number for each room that has bytes or waits for them. Runs on: the
/// caller's thread. Ends: any time.
class parts_budget {
 public:
  explicit parts_budget(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// Takes so many bytes in place of those that the room has. False: it waits for them.
  bool take(const topic& topic, std::size_t bytes);
  /// The room needs no bytes and does not wait.
  void release(const topic& topic);
  /// The rooms that have waited and have their bytes now.
  std::vector<topic> take_ready();
  void clear();

 private:
  bool has(std::size_t bytes) const { return taken_ == 0 || taken_ + bytes <= bytes_max_; }
  void grant(const topic& topic, std::size_t bytes);

  const std::size_t bytes_max_;
  std::size_t taken_ = 0;
  std::unordered_map<topic, std::size_t> granted_;
  std::deque<std::pair<topic, std::size_t>> waiting_;
};

}  // namespace roost::cluster
