#include "actors/serve.hpp"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "actors/reload.hpp"
#include "config/base/log.hpp"
#include "config/cli.hpp"
#include "config/live_settings.hpp"
#include "config/token_status.hpp"
#include "net/auth/token_office.hpp"
#include "net/http/server.hpp"

namespace roost::actors {
namespace {

using loops = std::vector<std::unique_ptr<net::loop>>;
using std::chrono::steady_clock;

/// A node that starts without its issuer refuses tokens until it has the keys.
constexpr milliseconds keys_wait_max{3'000};

/// These are taken by wait_for_signal(), so no thread may have them delivered.
sigset_t block_signals() {
  sigset_t ours;
  sigemptyset(&ours);
  for (const auto each : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&ours, each);
  pthread_sigmask(SIG_BLOCK, &ours, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return ours;
}

/// The signal that came; 0: `most` passed.
int wait_for_signal(const sigset_t& ours, milliseconds most) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(most);
  const timespec time{seconds.count(), static_cast<long>((most - seconds).count()) * 1'000'000L};
  return std::max(sigtimedwait(&ours, nullptr, &time), 0);
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
            << "roost: admin on http://" << config.admin.host << ':' << server.admin_port() << '\n'
            << "roost: tokens are " << token_status(config) << '\n';
  if (config.listen.demo) {
    std::cout << "roost: open http://127.0.0.1:" << server.port() << "/ in two tabs\n";
  }
  std::cout << std::flush;
}

/// How a drain ended.
enum class drained : std::uint8_t { all, late, cut_short };

/// For the last lines of a process that shall end at once.
constexpr milliseconds last_words_max{100};

/// Waits until `holds` or `until`; false: a second signal to end came first.
template <class Fact>
bool wait_for(const sigset_t& signals, steady_clock::time_point until, Fact holds) {
  while (!holds() && steady_clock::now() < until) {
    const auto came = wait_for_signal(signals, milliseconds{20});
    if (came == SIGTERM || came == SIGINT) return false;
  }
  return true;
}

/// Ends every connection, until the deadline or a second signal.
drained drain(node& node, const settings& config, net::http::server& server,
              std::atomic<net::http::node_state>& state, const sigset_t& signals) {
  const auto start = steady_clock::now();
  const auto deadline = start + milliseconds{config.drain.timeout_ms};
  const auto leave = std::min(start + milliseconds{config.drain.delay_ms}, deadline);
  if (!wait_for(signals, leave, [] { return false; })) return drained::cut_short;
  state = net::http::node_state::closing;
  server.stop_accepting();
  node.drain();
  const auto is_empty = [&] { return node.connections() == 0; };
  if (!wait_for(signals, deadline, is_empty)) return drained::cut_short;
  return is_empty() ? drained::all : drained::late;
}

/// What hangs would hang the orderly end as well. Nobody is waited for who does not read the log.
[[noreturn]] void end_at_once(drained how, std::size_t connections) {
  log::warning(how == drained::late ? "drained_late" : "drain_cut_short",
               {{"connections", connections}});
  log::finish(last_words_max);
  std::_Exit(cli::exit_drained_late);
}

}  // namespace

// The order matters: actors are made before the loops run, end while they run, and are destroyed
// after the loops have stopped.
int serve(const settings& given, node_parts parts, const std::function<loaded()>& load_again) {
  live_settings config(given);
  const auto signals = block_signals();
  raise_open_files();
  metrics probe;
  auto all = make_loops(config.now());
  probe.set(metrics::gauge::loops, static_cast<double>(all.size()));
  std::atomic<net::http::node_state> state{net::http::node_state::starting};
  net::auth::token_office office(config, probe);
  parts.office = &office;
  node node(config, all, probe, std::move(parts));
  net::http::server server(config, all, node.opener(), probe, state, &office, &node.api());
  office.await_first_fetch(keys_wait_max);
  if (auto bound = server.listen(); !bound) {
    std::istringstream lines{bound.failure().detail};
    for (std::string line; std::getline(lines, line);) std::cerr << "roost: " << line << '\n';
    return cli::exit_cannot_bind;
  }
  std::vector<std::thread> threads;
  for (auto& each : all) threads.emplace_back([home = each.get()] { home->run(); });
  state = net::http::node_state::ready;
  say_where(config.now(), server);
  log::info("ready", {{"node", config->node.name},
                      {"loops", all.size()},
                      {"port", server.port()},
                      {"tokens", token_status(config.now())}});

  for (int came = 0; came != SIGTERM && came != SIGINT;) {
    came = wait_for_signal(signals, std::chrono::hours{1});
    if (came == SIGHUP && load_again) reload(config, node, load_again(), probe);
  }
  state = net::http::node_state::draining;
  log::info("draining", {{"connections", node.connections()}});
  const auto how = drain(node, config.now(), server, state, signals);
  if (how != drained::all) end_at_once(how, node.connections());
  node.end();
  for (auto& each : all) each->stop();
  for (auto& each : threads) each.join();
  log::info("stopped");
  return cli::exit_clean;
}

}  // namespace roost::actors
