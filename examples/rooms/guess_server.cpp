// SPDX-License-Identifier: Apache-2.0
// A server with a room kind of its own: rooms that match guess:* are games, the others relay.
#include <exception>
#include <iostream>
#include <memory>

#include "actors/node/serve.hpp"
#include "config/cli/cli.hpp"
#include "examples/rooms/guess_handler.hpp"

namespace {

using namespace roost;

std::unique_ptr<actors::room_handler> make_handler(const room_rule& rule) {
  if (rule.match == "guess:*") return std::make_unique<examples::guess_handler>();
  return actors::make_handler(rule);
}

int run(int argc, char** argv) {
  const auto parsed = cli::parse(argc, argv);
  const auto* options = std::get_if<cli::serve>(&parsed);
  if (!options) return cli::exit_usage;
  actors::node_dependencies parts;
  parts.handlers = make_handler;
  return actors::serve_command(*options, std::move(parts));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& failed) {
    std::cerr << "guess_server: " << failed.what() << '\n';
    return cli::exit_cannot_bind;
  }
}
