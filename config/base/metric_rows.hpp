// How the rows of the catalogue are laid out; only metrics.cpp and metric_rows.cpp need to know.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/metrics.hpp"

namespace roost::metric_rows {

inline constexpr auto counters = static_cast<std::size_t>(metrics::counter::count_);
inline constexpr auto gauges = static_cast<std::size_t>(metrics::gauge::count_);
inline constexpr std::size_t read_counters = 1;  ///< of the log: what it did not write
inline constexpr std::size_t read_gauges = 2;    ///< of the process: its memory, its descriptors
inline constexpr auto histograms = static_cast<std::size_t>(metrics::histogram::count_);
inline constexpr std::size_t first_gauge = counters + read_counters;
inline constexpr std::size_t first_histogram = first_gauge + gauges + read_gauges;
inline constexpr std::size_t all = first_histogram + histograms;

/// What counts for a value of nobody.
inline constexpr std::string_view other = "other";
inline constexpr std::string_view other_pair = "other,other";

/// The values that a counter's label may take, other last; none without a label.
std::vector<std::string> known_values(metrics::counter which);

}  // namespace roost::metric_rows
