// SPDX-License-Identifier: Apache-2.0
#include "actors/node/serve.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "actors/connection/drain_pace.hpp"
#include "actors/node/open_cluster.hpp"
#include "actors/node/open_store.hpp"
#include "actors/node/reload.hpp"
#include "actors/node/signal_thread.hpp"
#include "config/cli/cli.hpp"
#include "config/cli/commands.hpp"
#include "config/cli/token_status.hpp"
#include "config/load/settings_store.hpp"
#include "config/telemetry/log.hpp"
#include "net/auth/jwks_checks.hpp"
#include "net/auth/token_verifier.hpp"
#include "net/http/server.hpp"

namespace roost::actors {
namespace {

using loops = std::vector<std::unique_ptr<net::loop>>;
using std::chrono::steady_clock;

/// How long the start waits for the issuer's keys. After that the node starts without them and
/// refuses tokens until it has them.
constexpr milliseconds keys_wait_max{3'000};

/// Each connection needs a file descriptor, so raise the soft limit to the hard limit.
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
    const net::iteration_budget budget{
        .sends_max = limits.flush_sends_max,
        .send_time_max = std::chrono::microseconds{limits.flush_us_max}};
    out.push_back(std::make_unique<net::loop>(loop_id{static_cast<std::uint16_t>(i)}, budget));
  }
  return out;
}

/// The places where durable rooms are kept: at most one of them.
struct room_stores {
  std::optional<open_store> folder;
  std::unique_ptr<open_cluster> cluster;
};

/// Opens the store or the cluster that the settings name, if any, and makes it a part of the node.
result<void> add_stores(const settings& config, metrics& probe, net::loop& first,
                        room_stores& stores, node_dependencies& parts) {
  if (parts.store) return {};
  if (!config.cluster.nats.empty()) {
    auto opened = open_cluster_of(config, probe);
    if (!opened) return opened.failure();
    stores.cluster = std::move(*opened);
    add_cluster(*stores.cluster, config, first, parts);
  } else if (!config.store.path.empty()) {
    auto opened = open_store_of(config, probe);
    if (!opened) return opened.failure();
    stores.folder = std::move(*opened);
    parts.store.emplace(part_of(*stores.folder, config));
  }
  return {};
}

/// Prints the error and logs it. In one piece: the log's thread writes to standard error, too.
int cannot_start(const error& why) {
  std::string text;
  std::istringstream lines{why.detail};
  for (std::string line; std::getline(lines, line);) text += "roost: " + line + '\n';
  std::cerr << text << std::flush;
  log::error("start_failed", {{"code", static_cast<int>(why.code)}, {"reason", why.detail}});
  return cli::exit_cannot_bind;
}

void print_addresses(const settings& config, const net::http::server& server) {
  std::cout << "roost: listening on http://" << config.listen.host << ':' << server.port() << '\n'
            << "roost: admin on http://" << config.admin.host << ':' << server.admin_port() << '\n'
            << "roost: tokens are " << token_status(config) << '\n';
  if (!config.store.path.empty()) {
    std::cout << "roost: durable rooms are stored in " << config.store.path << '\n';
  }
  if (!config.cluster.nats.empty()) {
    std::cout << "roost: this is node " << config.node.name << " of cluster " << config.cluster.name
              << ", whose rooms are kept in NATS\n";
  }
  if (config.listen.demo) {
    std::cout << "roost: open http://127.0.0.1:" << server.port() << "/ in two tabs\n";
  }
  std::cout << std::flush;
}

/// Timeout for writing the last log lines before an immediate exit.
constexpr milliseconds log_flush_max{100};
/// Timeout for connections to end after their sockets were shut.
constexpr milliseconds shut_max{200};
/// Time between two looks whether this node must leave its cluster.
constexpr milliseconds cluster_check_interval{200};

/// Exits without stopping actors and loops, because one of them may be stuck. Writing the log has a
/// timeout, because the process that reads it may be stuck too.
[[noreturn]] void end_at_once(const char* event, std::size_t connections, int exit_code) {
  log::warning(event, {{"connections", connections}});
  log::finish(log_flush_max);
  std::_Exit(exit_code);
}

std::size_t connections_of(const metrics& probe) {
  return static_cast<std::size_t>(probe.value_without_sources(metrics::gauge::connections));
}

/// Polls until `is_true` returns true or until `until`. Returns the last result of `is_true`.
template <class Fact>
bool wait_for(steady_clock::time_point until, Fact is_true) {
  while (!is_true() && steady_clock::now() < until) std::this_thread::sleep_for(milliseconds{10});
  return is_true();
}

/// Exits at once: the signal came before the node served, or it is the second one.
[[noreturn]] void end_by_signal(net::http::node_state state, const metrics& probe) {
  const bool has_begun = state != net::http::node_state::starting;
  end_at_once(has_begun ? "drain_cut_short" : "stopped", connections_of(probe),
              has_begun ? cli::exit_drained_late : cli::exit_clean);
}

/// Tells a user at a terminal why the process still runs and how to stop it at once.
void print_draining(const settings& config, std::size_t connections) {
  const auto spread = drain_spread(config.drain, connections);
  log::info("draining", {{"connections", connections},
                         {"spread_ms", spread.count()},
                         {"hint", "send the signal again to stop now"}});
  if (::isatty(STDOUT_FILENO) == 0) return;
  std::cout << "\nroost: closing " << connections << " connections; again to stop now\n"
            << std::flush;
}

/// Ends every connection. False: some remain after drain.timeout_ms, or a loop is stuck.
bool drain(node& node, const settings& config, net::http::server& server,
           std::atomic<net::http::node_state>& state) {
  const auto start = steady_clock::now();
  const auto deadline = start + milliseconds{config.drain.timeout_ms};
  const auto stop_accepting_at = std::min(start + milliseconds{config.drain.delay_ms}, deadline);
  std::this_thread::sleep_until(stop_accepting_at);
  state = net::http::node_state::closing;
  server.stop_accepting();
  if (!node.drain(deadline)) return false;
  const auto is_empty = [&] { return node.connections() == 0; };
  if (wait_for(deadline, is_empty)) return true;
  // A late close handshake may not finish before the deadline. Shut those sockets: a drain does not
  // fail because of them alone.
  node.shut_closing();
  return wait_for(steady_clock::now() + shut_max, is_empty);
}

/// Another node keeps its name, or the store is of another cluster. Nothing of its rooms may be
/// stored, so the clients are not asked to leave first.
[[noreturn]] void end_outside_cluster(const settings& config, const std::string& why,
                                      std::size_t connections) {
  const auto reason = "cluster " + config.cluster.name + ' ' + why;
  std::cerr << "roost: " << reason << '\n' << std::flush;
  log::error("cluster_refused", {{"node", config.node.name}, {"reason", reason}});
  end_at_once("stopped", connections, cli::exit_cannot_bind);
}

void check_cluster(const node& node, const settings& config) {
  if (!node.cluster()) return;
  const auto why = node.cluster()->why_to_end();
  if (why) end_outside_cluster(config, *why, node.connections());
}

/// In a cluster: gives the shards to the other nodes, while the clients of this one stay.
void give_shards(node& node, const settings& config) {
  if (!node.cluster()) return;
  node.leave();
  wait_for(steady_clock::now() + milliseconds{config.drain.timeout_ms / 2},
           [&] { return node.cluster()->may_end(); });
}

/// Stores the durable rooms whose state is only in memory. False: some are not stored in time.
bool store_rooms(node& node, const settings& config, const metrics& probe) {
  node.store_rooms();
  return wait_for(steady_clock::now() + milliseconds{config.cluster.commit_timeout_ms},
                  [&] { return probe.value_without_sources(metrics::gauge::rooms_unstored) == 0; });
}

}  // namespace

// The order matters: actors are created before the loops run, end while they run, and are destroyed
// after the loops have stopped.
int serve(const settings& given, node_dependencies parts,
          const std::function<loaded()>& load_again) {
  settings_store config(given);
  metrics probe;
  std::signal(SIGPIPE, SIG_IGN);
  std::atomic<net::http::node_state> state{net::http::node_state::starting};
  signal_thread signals([&probe, &state] { end_by_signal(state, probe); });
  raise_open_files();
  auto all = make_loops(config.current());
  probe.set(metrics::gauge::loops, static_cast<double>(all.size()));
  net::auth::token_verifier verifier(config, probe);
  parts.verifier = &verifier;
  room_stores stores;  // outlives the node
  if (const auto added = add_stores(given, probe, *all[0], stores, parts); !added) {
    return cannot_start(added.failure());
  }
  node node(config, all, probe, std::move(parts));
  net::http::server server(config, all, node.opener(), probe, state, &verifier, &node.api());
  verifier.await_first_fetch(keys_wait_max);
  if (const auto bound = server.listen(); !bound) return cannot_start(bound.failure());
  std::vector<std::thread> threads;
  for (auto& each : all) threads.emplace_back([home = each.get()] { home->run(); });
  signals.begin_service();
  state = net::http::node_state::ready;
  print_addresses(config.current(), server);
  log::info("ready", {{"node", config->node.name},
                      {"loops", all.size()},
                      {"port", server.port()},
                      {"tokens", token_status(config.current())}});

  for (auto request = signal_thread::request::nothing; request != signal_thread::request::stop;) {
    request = signals.wait(node.cluster() ? cluster_check_interval : milliseconds{3'600'000});
    check_cluster(node, config.current());
    if (request == signal_thread::request::reload && load_again) {
      reload(config, node, load_again(), probe);
    }
  }
  state = net::http::node_state::draining;
  give_shards(node, config.current());
  print_draining(config.current(), node.connections());
  if (!drain(node, config.current(), server, state)) {
    end_at_once("drained_late", node.connections(), cli::exit_drained_late);
  }
  if (!store_rooms(node, config.current(), probe)) {
    end_at_once("rooms_not_stored", 0, cli::exit_drained_late);
  }
  node.end();
  for (auto& each : all) each->stop();
  for (auto& each : threads) each.join();
  log::info("stopped");
  return cli::exit_clean;
}

int serve_command(const cli::serve& command, node_dependencies parts) {
  const auto load_again = [&] {
    return load({command.config, process_environment(), command.sets, net::auth::jwks_checks()});
  };
  const auto initial = load_again();
  if (!initial.problems.empty()) {
    print_problems(initial.problems, std::cerr);
    return cli::exit_configuration;
  }
  log::init(initial.values.log.level, initial.values.log.format);
  for (const auto& each : initial.warnings) log::warning("configuration", {{"text", each}});
  const auto status = serve(initial.values, std::move(parts), load_again);
  log::finish();
  return status;
}

}  // namespace roost::actors
