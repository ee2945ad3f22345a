// SPDX-License-Identifier: Apache-2.0
// The real server with one injected fault, and rooms that crash or hang on request. Usage:
// faulty_server FAULT serve [...]. The checker must find each fault, and none without a fault.
#include <chrono>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

#include "actors/node/serve.hpp"
#include "actors/room/kinds/relay_handler.hpp"
#include "config/cli/cli.hpp"

namespace roost {
namespace {

class crashing_handler final : public actors::room_handler {
 public:
  void on_message(actors::room_context& context, const actors::room_member& sender,
                  const message& pushed) override {
    if (pushed.event == "boom") throw std::runtime_error("boom");
    while (pushed.event == "hang") std::this_thread::sleep_for(std::chrono::hours{1});
    relay_.on_message(context, sender, pushed);
  }
  bool is_stateless() const override { return true; }

 private:
  actors::relay_handler relay_;
};

int run(int argc, char** argv) {
  actors::fault_injection faults;
  if (argc < 2) return cli::exit_usage;
  const std::string_view fault = argv[1];
  if (fault != "none" && !actors::inject_fault(fault, faults)) return cli::exit_usage;
  const auto parsed = cli::parse(argc - 1, argv + 1);
  const auto* options = std::get_if<cli::serve>(&parsed);
  if (!options) return cli::exit_usage;
  actors::node_dependencies parts;
  parts.handlers = [](const room_rule&) { return std::make_unique<crashing_handler>(); };
  parts.faults = &faults;
  return actors::serve_command(*options, std::move(parts));
}

}  // namespace
}  // namespace roost

int main(int argc, char** argv) {
  try {
    return roost::run(argc, argv);
  } catch (const std::exception& failed) {
    std::cerr << "faulty_server: " << failed.what() << '\n';
    return roost::cli::exit_cannot_bind;
  }
}
