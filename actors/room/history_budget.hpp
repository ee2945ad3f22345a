// What the rooms of a node may hold, all together. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace roost::actors {

/// How many bytes too much are held; 0 where all is well, or there is no bound (`bytes_max` 0).
inline std::int64_t excess_of(double held, std::uint64_t bytes_max) {
  if (bytes_max == 0) return 0;
  const auto over = static_cast<std::int64_t>(held) - static_cast<std::int64_t>(bytes_max);
  return std::max<std::int64_t>(over, 0);
}

/// Of one of so many.
inline std::size_t share_of(std::uint64_t bytes_max, double holders) {
  return static_cast<std::size_t>(static_cast<double>(bytes_max) / std::max(holders, 1.0));
}

/// How much of its `held` bytes one of `holders` keeps after it gained `gained` of them, while all
/// together hold `excess` too much.
///
/// One above an equal share gives up twice what it gained, so that the excess goes away and nobody
/// is cut down at once; one below it goes on, so that those who hold much cannot keep the others
/// from holding anything. At twice the bound nobody gains.
inline std::size_t kept_of(std::size_t held, std::size_t gained, std::int64_t excess,
                           std::uint64_t bytes_max, double holders) {
  if (excess == 0) return held;
  const bool is_twice = static_cast<std::uint64_t>(excess) > bytes_max;
  const auto floor = is_twice ? 0 : share_of(bytes_max, holders);
  return std::max(std::min(floor, held), held - std::min(held, 2 * gained));
}

}  // namespace roost::actors
