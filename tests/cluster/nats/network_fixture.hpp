// SPDX-License-Identifier: Apache-2.0
// Nodes on a network over NATS, whose links' thread is the test.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cluster/nats/nats_network.hpp"
#include "tests/cluster/nats/nats_store_fixture.hpp"
#include "tests/fixtures/catch.hpp"

namespace roost::tests {

/// The home thread of a network, played by the test's. Owns: what was posted. Runs on: that thread;
/// posts on any. Ends: after the network.
class played_thread {
 public:
  cluster::home_thread seam() {
    return {[this](std::function<void()> run) {
              const std::lock_guard lock(mutex_);
              waiting_.push_back(std::move(run));
              ++posts_;
              changed_.notify_all();
            },
            [] { return std::chrono::steady_clock::now(); }};
  }
  /// Runs what was posted before the call.
  void run() {
    for (const auto& each : take()) each();
  }
  /// False: it is not so after 30 s.
  bool run_until(const std::function<bool()>& is_so) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    for (;;) {
      run();
      if (is_so()) return true;
      if (std::chrono::steady_clock::now() >= end) return false;
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, milliseconds{5}, [this] { return !waiting_.empty(); });
    }
  }
  unsigned posts() const {
    const std::lock_guard lock(mutex_);
    return posts_;
  }

 private:
  std::vector<std::function<void()>> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(waiting_, {});
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::function<void()>> waiting_;
  unsigned posts_ = 0;
};

/// Notes what a network brings. Owns: the notes. Runs on: the home thread. Ends: after the network.
struct network_recorder final : cluster::network_handler {
  void heartbeat_arrived(const slice& heartbeat, time_point) override {
    heartbeats.emplace_back(heartbeat.view());
  }
  void frame_arrived(const slice& frame, time_point) override { add(std::string(frame.view())); }
  void connection_lost() override { add("lost"); }
  void connection_back() override { add("back"); }
  void became_writable() override { ++writable; }
  void add(std::string event) {
    events.push_back(std::move(event));
    if (on_event) on_event();
  }

  std::vector<std::string> events;  ///< frames, and changes of their connection
  std::vector<std::string> heartbeats;
  unsigned writable = 0;
  std::function<void()> on_event;
};

/// Waits until it is connected, and the server knows its subscription.
inline void await_subscribed(cluster::nats_connection& connection) {
  using cluster::reply_kind;
  constexpr milliseconds patience{30'000};
  auto kind = reply_kind::not_sent;
  for (int times = 0; times < 100 && kind != reply_kind::message; ++times) {
    REQUIRE(connection.wait_until_connected(patience));
    cluster::contract::awaited<reply_kind> answer;
    connection.request({"$JS.API.INFO",
                        {},
                        cluster::contract::slice_of(""),
                        patience,
                        [done = answer.callback()](const cluster::nats_reply& reply) {
                          done(reply.kind);
                          return false;
                        }});
    kind = answer.get();
  }
  REQUIRE(kind == reply_kind::message);
}

/// A node without links. Owns: its connections and its network. Runs on: the test's thread. Ends:
/// before the servers.
struct network_node {
  network_node(const nats_server& server, std::uint64_t id,
               const cluster::network_limits& limits = {})
      : network_node(server, server, id, limits) {}
  /// The two connections may have different servers.
  network_node(const nats_server& for_main, const nats_server& for_heartbeats, std::uint64_t id,
               const cluster::network_limits& limits = {})
      : self(id),
        main(cluster::main_options(options_for(for_main), names, self)),
        heartbeats(cluster::heartbeat_options(options_for(for_heartbeats), names)),
        bounds(limits) {
    await_subscribed();
    open();
  }
  void await_subscribed() {
    tests::await_subscribed(main);
    tests::await_subscribed(heartbeats);
  }
  void open() {
    network.emplace(cluster::network_connections{main, heartbeats}, names, self, home.seam(), heard,
                    bounds);
  }
  bool send(std::uint64_t to, std::string_view frame) {
    return network->send_frame(node_id{to}, cluster::contract::slice_of(frame));
  }
  void beat(std::string_view heartbeat) {
    network->publish_heartbeat(cluster::contract::slice_of(heartbeat));
  }
  /// Waits until so much has arrived; nothing is handed over.
  bool await(const std::function<bool(const cluster::network_counts&)>& is_so) {
    return played_thread().run_until([&] { return is_so(network->counts()); });
  }
  bool await_frames(std::size_t count) {
    return await([=](const auto& counts) { return counts.frames_received >= count; });
  }

  const cluster::subjects names = *cluster::subjects::of("c");
  const node_id self;
  played_thread home;
  network_recorder heard;
  cluster::nats_connection main;
  cluster::nats_connection heartbeats;
  const cluster::network_limits bounds;
  std::optional<cluster::nats_network> network;
};

}  // namespace roost::tests
