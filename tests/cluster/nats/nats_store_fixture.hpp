// SPDX-License-Identifier: Apache-2.0
// The stores of one cluster in a nats-server of the test's own.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cluster/nats/nats_log_store.hpp"
#include "cluster/nats/nats_snapshot_store.hpp"
#include "cluster/nats/stream_config.hpp"
#include "tests/cluster/log/store_answers.hpp"
#include "tests/cluster/nats/nats_server.hpp"
#include "tests/fixtures/catch.hpp"

namespace roost::tests {

/// Nodes with the same number get each other's answers.
inline cluster::nats_options options_for(const nats_server& server, unsigned node = 1) {
  cluster::nats_options out;
  out.servers = {server.url()};
  out.name = "test";
  out.subject = "c.n." + std::to_string(node);
  out.connect_timeout = milliseconds{10'000};  // a busy machine may be slow
  return out;
}

/// A connection that is there. Owns: the connection. Runs on: one thread. Ends: before the server.
class connected {
 public:
  explicit connected(const nats_server& server, unsigned node = 1)
      : connection(options_for(server, node)) {
    REQUIRE(connection.wait_until_connected(milliseconds{30'000}));
  }
  cluster::jetstream api() { return {connection, timeout}; }
  /// Creates or changes a stream; `request` is STREAM.CREATE. or STREAM.UPDATE.
  void configure(const std::string& request, const cluster::stream_config& stream) {
    cluster::contract::awaited<cluster::write_result> answer;
    api().change(request + stream.name, stream.json,
                 [done = answer.callback()](cluster::write_result got, std::string_view) {
                   done(std::move(got));
                 });
    const auto got = answer.get();
    INFO(got.why);
    REQUIRE(got.outcome == cluster::write_outcome::stored);
  }
  cluster::stream_info info(const std::string& stream) {
    cluster::contract::awaited<result<cluster::stream_info>> answer;
    api().info(stream, {}, answer.callback());
    return *answer.get();
  }

  static constexpr milliseconds timeout{20'000};
  cluster::nats_connection connection;
};

/// Both stores of a cluster with the logs of these shards. Owns: server, connection, and stores.
/// Runs on: one thread. Ends: any time.
class nats_store_fixture {
 public:
  explicit nats_store_fixture(std::vector<cluster::shard_id> shards = {}) : shards_(shards) {
    configure("STREAM.CREATE.", {});
  }
  void reopen() {
    open.reset();
    server.kill();
    server.start();
    open = std::make_unique<stores>(server);
  }
  void configure(const std::string& request, const cluster::stream_choices& with) {
    for (const auto shard : shards_) {
      open->on.configure(request, cluster::log_stream_config(names, shard, with));
    }
    open->on.configure(request, cluster::snapshot_stream_config(names, with));
  }

  struct stores {
    explicit stores(const nats_server& server) : on(server) {}
    connected on;
    cluster::nats_log_store logs{on.connection, *cluster::subjects::of("c"), connected::timeout};
    cluster::nats_snapshot_store snapshots{on.connection, *cluster::subjects::of("c"),
                                           connected::timeout};
  };
  nats_server server;
  const cluster::subjects names = *cluster::subjects::of("c");
  std::unique_ptr<stores> open = std::make_unique<stores>(server);

 private:
  const std::vector<cluster::shard_id> shards_;
};

}  // namespace roost::tests
