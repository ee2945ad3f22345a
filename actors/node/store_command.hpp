// SPDX-License-Identifier: Apache-2.0
// The commands for the store of a stopped node: roost store check, export and import.
#pragma once

#include <iosfwd>
#include <optional>

#include "config/cli/cli.hpp"

namespace roost::actors {

/// Runs a command of a store. Returns the exit code of the process, or nullopt for every other
/// command. Prints results to `out` and problems to `err`; an export to standard output goes to
/// neither. Blocks. Runs on: the main thread.
std::optional<int> run_store_command(const cli::command& command, std::ostream& out,
                                     std::ostream& err);

}  // namespace roost::actors
