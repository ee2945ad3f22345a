// What the rooms of a node may hold of their past, all together. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace roost::actors {

// Over the bound, rooms that are empty go first; where there are none, whoever appends keeps its
// share only. A room below its share goes on, so that rooms that hold much cannot keep the others
// from holding anything; so the sum may reach twice the bound, and no more.

/// How many bytes too much are held; 0 where all is well, or there is no bound (`bytes_max` 0).
inline std::int64_t history_excess(double held, std::uint64_t bytes_max) {
  if (bytes_max == 0) return 0;
  const auto over = static_cast<std::int64_t>(held) - static_cast<std::int64_t>(bytes_max);
  return std::max<std::int64_t>(over, 0);
}

/// Of one of so many rooms.
inline std::size_t history_share(std::uint64_t bytes_max, double rooms) {
  return static_cast<std::size_t>(static_cast<double>(bytes_max) / std::max(rooms, 1.0));
}

}  // namespace roost::actors
