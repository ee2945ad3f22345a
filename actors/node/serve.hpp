// SPDX-License-Identifier: Apache-2.0
// Runs the whole server: loops, actors and listeners, and their order of start and stop.
#pragma once

#include <functional>

#include "actors/node/node.hpp"
#include "config/cli/cli.hpp"
#include "config/load/loader.hpp"
#include "config/schema/settings.hpp"

namespace roost::actors {

/// Handles SIGTERM, SIGINT and SIGHUP, prints its addresses to stdout and serves until SIGTERM or
/// SIGINT. Returns the exit code of the process. SIGHUP reloads the settings from `load_again`;
/// without `load_again` it is ignored. Initialize the log first.
int serve(const settings& given, node_dependencies parts = {},
          const std::function<loaded()>& load_again = {});

/// Carries out `roost serve`: loads the settings, prints their problems to stderr or initializes
/// the log, then serves. Returns the exit code of the process. SIGHUP loads the settings again.
int serve_command(const cli::serve& command, node_dependencies parts = {});

}  // namespace roost::actors
