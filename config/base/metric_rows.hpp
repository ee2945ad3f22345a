// Layout of the metric catalogue, for metrics.cpp and metric_rows.cpp only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/metrics.hpp"

namespace roost::metric_rows {

inline constexpr auto counters = static_cast<std::size_t>(metrics::counter::count_);
inline constexpr auto gauges = static_cast<std::size_t>(metrics::gauge::count_);
inline constexpr std::size_t read_counters = 1;  ///< the dropped lines of the log
inline constexpr std::size_t read_gauges = 2;    ///< memory and open descriptors of the process
inline constexpr auto histograms = static_cast<std::size_t>(metrics::histogram::count_);
inline constexpr std::size_t first_gauge = counters + read_counters;
inline constexpr std::size_t first_histogram = first_gauge + gauges + read_gauges;
inline constexpr std::size_t all = first_histogram + histograms;

/// The label value that stands for every value that is not in the catalogue.
inline constexpr std::string_view other = "other";
inline constexpr std::string_view other_pair = "other,other";

/// All values of a counter's label, "other" last; empty if the counter has no label.
std::vector<std::string> known_values(metrics::counter which);

}  // namespace roost::metric_rows
