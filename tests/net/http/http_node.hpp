// SPDX-License-Identifier: Apache-2.0
// An HTTP server on running loops and free ports, with a recording opener.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/http/server.hpp"

namespace roost::net::http {

/// Records what its sessions receive. Thread-safe.
class memory_opener final : public connection_opener {
 public:
  std::unique_ptr<connection_handler> opened(session& session, connect_info info) override {
    const std::scoped_lock lock{mutex_};
    infos_.push_back(std::move(info));
    loops_.insert(loop_of(session.id()).value);
    return std::make_unique<handler>(*this, session);
  }
  errc admits(const connect_info&) override { return refuses_with; }
  std::atomic<errc> refuses_with{errc::none};
  std::vector<connect_info> infos() const {
    const std::scoped_lock lock{mutex_};
    return infos_;
  }
  /// The loops of the sessions.
  std::set<std::uint16_t> loops() const {
    const std::scoped_lock lock{mutex_};
    return loops_;
  }
  std::vector<std::string> messages() const {
    const std::scoped_lock lock{mutex_};
    return messages_;
  }

 private:
  struct handler final : connection_handler {
    handler(memory_opener& opener, session& session) : owner_(opener), session_(session) {}
    void message(bytes_ptr data, bool) override {
      const std::scoped_lock lock{owner_.mutex_};
      owner_.messages_.emplace_back(data->view());
      session_.release_credit(static_cast<std::uint32_t>(data->size()));
    }
    void drained() override {}
    void closed(std::uint16_t) override {}
    memory_opener& owner_;
    session& session_;
  };
  mutable std::mutex mutex_;
  std::vector<connect_info> infos_;
  std::set<std::uint16_t> loops_;
  std::vector<std::string> messages_;
};

inline settings test_settings() {
  settings out;
  out.listen.host = "127.0.0.1";
  out.listen.port = 0;
  out.admin.port = 0;
  return out;
}

/// Settings with a short deadline for handshakes.
inline settings hasty() {
  auto out = test_settings();
  out.limits.handshake_ms = 150;
  return out;
}

/// A complete HTTP server. Ends in main's order: loops stop, then the server, then the loops are
/// destroyed.
class node {
 public:
  explicit node(settings with = test_settings(), std::size_t loop_count = 1,
                api_handler* api = nullptr)
      : config(std::move(with)) {
    for (std::size_t i = 0; i < loop_count; ++i) {
      loops.push_back(
          std::make_unique<loop>(loop_id{static_cast<std::uint16_t>(i)}, iteration_budget{}));
    }
    http = std::make_unique<server>(config, loops, opener, probe, state, &verifier, api);
    listening = http->listen();
    for (auto& each : loops) threads.emplace_back([&each] { each->run(); });
  }
  ~node() {
    for (auto& each : loops) each->stop();
    for (auto& each : threads) each.join();
    http.reset();
  }
  std::uint16_t port() const { return http->port(); }
  double refused() const { return probe.value(metrics::counter::handshakes_refused); }

  settings_store config;
  metrics probe;
  auth::token_verifier verifier{config, probe};
  memory_opener opener;
  std::atomic<node_state> state{node_state::ready};
  std::vector<std::unique_ptr<loop>> loops;
  std::unique_ptr<server> http;
  result<void> listening;
  std::vector<std::thread> threads;
};

/// Waits until `fact` is true; false after 20 seconds.
template <class Fact>
bool eventually(Fact fact) {
  for (int i = 0; i < 4'000; ++i) {
    if (fact()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return fact();
}

}  // namespace roost::net::http
