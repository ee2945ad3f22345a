// The real server with one planted fault, and rooms that crash or hang on request. Usage:
// faulty_server FAULT serve [...]. The checker must find each fault, and none without a fault.
#include <chrono>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

#include "actors/serve.hpp"
#include "config/base/log.hpp"
#include "config/cli.hpp"
#include "config/commands.hpp"
#include "config/loader.hpp"

namespace roost {
namespace {

class crashing_kind final : public actors::room_kind {
 public:
  result<broadcast> pushed(const push& what) override {
    if (what.event == "boom") throw std::runtime_error("boom");
    while (what.event == "hang") std::this_thread::sleep_for(std::chrono::hours{1});
    return relay_.pushed(what);
  }

 private:
  actors::relay_kind relay_;
};

int run(int argc, char** argv) {
  actors::planted_faults planted;
  if (argc < 2) return cli::exit_usage;
  const std::string_view fault = argv[1];
  if (fault != "none" && !actors::plant(fault, planted)) return cli::exit_usage;
  const auto asked = cli::parse(argc - 1, argv + 1);
  const auto* what = std::get_if<cli::serve>(&asked);
  if (!what) return cli::exit_usage;
  const auto given = load({what->config, process_environment(), what->sets});
  if (!given.problems.empty()) {
    print_problems(given.problems, std::cerr);
    return cli::exit_configuration;
  }
  log::init(given.values.log.level, given.values.log.format);
  actors::node_parts parts;
  parts.kinds = [](const room_rule&) { return std::make_unique<crashing_kind>(); };
  parts.faults = &planted;
  return actors::serve(given.values, std::move(parts));
}

}  // namespace
}  // namespace roost

int main(int argc, char** argv) {
  try {
    const auto status = roost::run(argc, argv);
    roost::log::finish();
    return status;
  } catch (const std::exception& failed) {
    std::cerr << "faulty_server: " << failed.what() << '\n';
    return roost::cli::exit_cannot_bind;
  }
}
