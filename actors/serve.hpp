// Runs a whole node: loops, actors, listeners; owns the order of start and stop.
#pragma once

#include <functional>

#include "actors/node.hpp"
#include "config/loader.hpp"
#include "config/settings.hpp"

namespace roost::actors {

/// Serves until SIGTERM or SIGINT, which it takes from then on; the exit code of the process. Says
/// on stdout where it listens. The log is set up already. At SIGHUP it takes over what `load_again`
/// gives; without it SIGHUP is ignored.
int serve(const settings& given, node_parts parts = {},
          const std::function<loaded()>& load_again = {});

}  // namespace roost::actors
