// What the rooms of a node hold of their past, all together.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace roost::actors {

/// Owns: a number. Runs on: any thread. Ends: with its node, after the rooms.
///
/// Over the bound, rooms that are empty go first; where there are none, whoever appends keeps its
/// share only. A room below its share goes on, so that rooms that hold much cannot keep the others
/// from holding anything; so the sum may reach twice the bound, and no more.
class history_budget {
 public:
  void add(std::int64_t bytes) { held_.fetch_add(bytes, std::memory_order_relaxed); }
  /// How much too much; 0 where all is well, or there is no bound (`bytes_max` 0).
  std::int64_t excess(std::uint64_t bytes_max) const {
    if (bytes_max == 0) return 0;
    const auto held = held_.load(std::memory_order_relaxed);
    return std::max<std::int64_t>(held - static_cast<std::int64_t>(bytes_max), 0);
  }
  /// Of one of so many rooms.
  static std::size_t share(std::uint64_t bytes_max, double rooms) {
    return static_cast<std::size_t>(static_cast<double>(bytes_max) / std::max(rooms, 1.0));
  }

 private:
  std::atomic<std::int64_t> held_{0};
};

}  // namespace roost::actors
