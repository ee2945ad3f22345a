// Wires everything; owns the order of start and stop.

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

#include "actors/node.hpp"
#include "config/base/log.hpp"
#include "config/cli.hpp"
#include "config/commands.hpp"
#include "config/loader.hpp"
#include "net/http/http_get.hpp"
#include "net/http/server.hpp"

namespace roost {
namespace {

using loops = std::vector<std::unique_ptr<net::loop>>;
using std::chrono::steady_clock;

/// SIGTERM and SIGINT are taken by wait_for_signal(), so no thread may have them delivered.
sigset_t block_signals() {
  sigset_t ours;
  sigemptyset(&ours);
  sigaddset(&ours, SIGTERM);
  sigaddset(&ours, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ours, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return ours;
}

/// True: a signal came; false: `most` passed.
bool wait_for_signal(const sigset_t& ours, std::chrono::milliseconds most) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(most);
  const timespec time{seconds.count(), static_cast<long>((most - seconds).count()) * 1'000'000L};
  return sigtimedwait(&ours, nullptr, &time) > 0;
}

/// A connection is a file: as many as the hard limit allows.
void raise_open_files() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

loops make_loops(const settings& config) {
  const auto& limits = config.limits;
  const auto count = config.node.loops != 0 ? config.node.loops
                                            : std::max(1U, std::thread::hardware_concurrency());
  loops out;
  for (std::uint32_t i = 0; i < count; ++i) {
    const net::turn_budget budget{.sends_max = limits.flush_sends_max,
                                  .send_time_max = std::chrono::microseconds{limits.flush_us_max}};
    out.push_back(std::make_unique<net::loop>(loop_id{static_cast<std::uint16_t>(i)}, budget));
  }
  return out;
}

void say_where(const settings& config, const net::http::server& server) {
  std::cout << "roost: listening on http://" << config.listen.host << ':' << server.port() << '\n'
            << "roost: admin on http://" << config.admin.host << ':' << server.admin_port() << '\n';
  if (config.listen.demo) {
    std::cout << "roost: open http://127.0.0.1:" << server.port() << "/ in two tabs\n";
  }
  std::cout << std::flush;
}

/// Closes every connection; false: some were still there at the deadline or at a second signal.
bool drain(actors::node& node, const settings& config, const sigset_t& signals) {
  const auto deadline = steady_clock::now() + std::chrono::milliseconds{config.drain.timeout_ms};
  node.drain();
  while (node.connections() != 0) {
    if (steady_clock::now() >= deadline) return false;
    if (wait_for_signal(signals, std::chrono::milliseconds{20})) return false;
  }
  return true;
}

/// Runs a node until a signal. The order matters: actors are made before the loops run, end while
/// they run, and are destroyed after the loops have stopped.
int run(const settings& config) {
  const auto signals = block_signals();
  raise_open_files();
  metrics probe;
  auto all = make_loops(config);
  probe.set(metrics::gauge::loops, static_cast<double>(all.size()));
  std::atomic<net::http::node_state> state{net::http::node_state::starting};
  actors::node node(config, all, probe);
  net::http::server server(config, all, node.opener(), probe, state);
  if (auto bound = server.listen(); !bound) {
    std::cerr << "roost: " << bound.failure().detail << '\n';
    return cli::exit_cannot_bind;
  }
  std::vector<std::thread> threads;
  for (auto& each : all) threads.emplace_back([home = each.get()] { home->run(); });
  state = net::http::node_state::ready;
  probe.set(metrics::gauge::ready, 1);
  say_where(config, server);
  log::info("ready", {{"node", config.node.name}, {"loops", all.size()}, {"port", server.port()}});

  while (!wait_for_signal(signals, std::chrono::hours{1})) {
  }
  state = net::http::node_state::draining;
  probe.set(metrics::gauge::ready, 0);
  log::info("draining", {{"connections", node.connections()}});
  server.stop_accepting();
  if (!drain(node, config, signals)) {
    log::warning("drained_late", {{"connections", node.connections()}});
    log::finish();
    std::_Exit(cli::exit_drained_late);  // what hangs would hang the orderly end as well
  }
  node.end();
  for (auto& each : all) each->stop();
  for (auto& each : threads) each.join();
  log::info("stopped");
  return cli::exit_clean;
}

int serve(const cli::serve& what) {
  const auto given = load({what.config, process_environment(), what.sets});
  if (!given.problems.empty()) {
    print_problems(given.problems, std::cerr);
    return cli::exit_configuration;
  }
  log::init(given.values.log.level, given.values.log.format);
  for (const auto& each : given.warnings) log::warning("configuration", {{"text", each}});
  return run(given.values);
}

int health(const cli::health& what) {
  const auto status = net::http::http_get_status(what.url + "/health");
  if (status && *status == 200) return cli::exit_clean;
  std::cerr << "roost: " << what.url << "/health "
            << (status ? "answered " + std::to_string(*status) : status.failure().detail) << '\n';
  return cli::exit_configuration;
}

int dispatch(const cli::command& what) {
  if (const auto* wanted = std::get_if<cli::serve>(&what)) return serve(*wanted);
  if (const auto* wanted = std::get_if<cli::health>(&what)) return health(*wanted);
  return run_printing(what, std::cout, std::cerr).value_or(cli::exit_usage);
}

}  // namespace
}  // namespace roost

int main(int argc, char** argv) {
  try {
    const auto status = roost::dispatch(roost::cli::parse(argc, argv));
    roost::log::finish();
    return status;
  } catch (const std::exception& failed) {
    std::cerr << "roost: " << failed.what() << '\n';
    return roost::cli::exit_cannot_bind;
  }
}
