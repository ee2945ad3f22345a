// SPDX-License-Identifier: Apache-2.0
// The scenarios of bench_log_store. Each is bounded in time and in messages.
#pragma once

#include "bench/load/figures.hpp"
#include "bench/store/store_options.hpp"

namespace roost::bench {

/// Stored pushes per second. Every room has one push outstanding; the logs of the shards put those
/// of all their rooms together.
void run_pushes(const store_options& options, figures& to);

/// Time from the marker of a new owner until it serves a shard whose log holds `messages` messages
/// that no snapshot covers.
void run_take_over(const store_options& options, figures& to);

}  // namespace roost::bench
