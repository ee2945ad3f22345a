// SPDX-License-Identifier: Apache-2.0
// Entry point: parses the command line and dispatches the command.

#include <exception>
#include <iostream>

#include "actors/node/serve.hpp"
#include "actors/node/store_command.hpp"
#include "config/cli/cli.hpp"
#include "config/cli/commands.hpp"
#include "net/auth/jwks_checks.hpp"
#include "net/auth/mint.hpp"
#include "net/http/client/health_check.hpp"

namespace roost {
namespace {

int health(const cli::health& command) {
  const auto url = command.url + (command.url.ends_with('/') ? "health" : "/health");
  const auto status = net::http::health_status(url);
  if (status && *status == 200) return cli::exit_clean;
  // On a connection error, print the URL as the user gave it, so that a typo is visible.
  std::cerr << "roost: " << (status ? url : command.url) << ' '
            << (status ? "answered " + std::to_string(*status) : status.failure().detail) << '\n';
  return cli::exit_configuration;
}

int dispatch(const cli::command& command) {
  if (const auto* chosen = std::get_if<cli::serve>(&command)) return actors::serve_command(*chosen);
  if (const auto* chosen = std::get_if<cli::health>(&command)) return health(*chosen);
  if (const auto done = actors::run_store_command(command, std::cout, std::cerr)) return *done;
  return run_printing(command, std::cout, std::cerr, net::auth::mint, net::auth::jwks_checks())
      .value_or(cli::exit_usage);
}

}  // namespace
}  // namespace roost

int main(int argc, char** argv) {
  try {
    return roost::dispatch(roost::cli::parse(argc, argv));
  } catch (const std::exception& failed) {
    std::cerr << "roost: " << failed.what() << '\n';
    return roost::cli::exit_cannot_bind;
  }
}
