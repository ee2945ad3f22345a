// Runs a whole node: loops, actors, listeners; owns the order of start and stop.
#pragma once

#include "actors/node.hpp"
#include "config/settings.hpp"

namespace roost::actors {

/// Serves until SIGTERM or SIGINT, which it takes from then on; the exit code of the process. Says
/// on stdout where it listens. The log is set up already.
int serve(const settings& config, node_parts parts = {});

}  // namespace roost::actors
