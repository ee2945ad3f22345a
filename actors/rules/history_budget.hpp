// SPDX-License-Identifier: Apache-2.0
// How the rooms of a node share one memory bound. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "config/schema/settings.hpp"
#include "config/telemetry/metrics.hpp"

namespace roost::actors {

/// Bytes over the bound; 0 if `held` is within it or there is no bound (`bytes_max` 0).
inline std::int64_t excess_of(double held, std::uint64_t bytes_max) {
  if (bytes_max == 0) return 0;
  const auto over = static_cast<std::int64_t>(held) - static_cast<std::int64_t>(bytes_max);
  return std::max<std::int64_t>(over, 0);
}

/// Bytes by which the histories of rooms and the recent events of edges are over their bound.
inline std::int64_t events_excess(const metrics& probe, const settings::limit_settings& bounds) {
  if (bounds.history_bytes_max == 0) return 0;
  const auto held = probe.value_without_sources(metrics::gauge::history_bytes) +
                    probe.value_without_sources(metrics::gauge::recent_events_bytes);
  return excess_of(held, bounds.history_bytes_max);
}

/// The equal share of one of `holders`.
inline std::size_t share_of(std::uint64_t bytes_max, double holders) {
  return static_cast<std::size_t>(static_cast<double>(bytes_max) / std::max(holders, 1.0));
}

/// How many of its `held` bytes a holder keeps after it gained `gained` bytes while all `holders`
/// together are `excess` bytes over the bound.
///
/// A holder above its equal share gives up twice what it gained, so the excess shrinks without a
/// large cut at once. It never falls below its share, so large holders cannot starve small ones.
/// When the total is over twice the bound, every holder gives up twice what it gained.
inline std::size_t kept_of(std::size_t held, std::size_t gained, std::int64_t excess,
                           std::uint64_t bytes_max, double holders) {
  if (excess == 0) return held;
  const bool is_twice = static_cast<std::uint64_t>(excess) > bytes_max;
  const auto floor = is_twice ? 0 : share_of(bytes_max, holders);
  return std::max(std::min(floor, held), held - std::min(held, 2 * gained));
}

}  // namespace roost::actors
