// SPDX-License-Identifier: Apache-2.0
// Many edges of a node that attach at the same time to one owner.
#include <atomic>
#include <mutex>
#include <vector>

#include "actors/messages/edge_request.hpp"
#include "actors/node/node.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/memory_log_store.hpp"
#include "tests/fixtures/memory_snapshot_store.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;

namespace {

constexpr std::uint32_t small_shards = 4;
constexpr siphash_key key{1, 2};
constexpr std::size_t edges = 400;

/// A network that loses nothing. Everything is posted to loop 0 of its receiver.
struct open_network {
  struct side {
    node_id id;
    net::loop* home;
    cluster::network_handler* handler;
  };
  struct port final : cluster::node_network {
    explicit port(open_network& all) : network(all) {}
    void publish_heartbeat(const slice& heartbeat) override {
      const std::scoped_lock guard(network.lock);
      for (const auto& to : network.sides) {
        to.home->post(
            [to, heartbeat] { to.handler->heartbeat_arrived(heartbeat, to.home->now()); });
      }
    }
    bool is_writable() const override { return true; }
    bool send_frame(node_id id, const slice& frame) override {
      const std::scoped_lock guard(network.lock);
      for (const auto& to : network.sides) {
        if (to.id != id) continue;
        to.home->post([to, frame] { to.handler->frame_arrived(frame, to.home->now()); });
      }
      return true;
    }
    open_network& network;
  };
  std::mutex lock;
  std::vector<side> sides;
};

struct small_stores {
  memory_log_store log;
  memory_snapshot_store snapshots;
};

/// A node whose links hold little.
struct small_node {
  small_node(std::uint64_t id, open_network& network, small_stores& stored)
      : node(config, loops.all(), probe, parts_of(id, network, stored)) {}
  node_parts parts_of(std::uint64_t id, open_network& network, small_stores& stored) {
    node_parts out;
    out.self = node_id{id};
    out.store.emplace(node_store{stored.log, stored.snapshots, key, small_shards});
    cluster_parts in;
    in.network = [this, id, &network](cluster::network_handler& heard) {
      handler = &heard;
      const std::scoped_lock guard(network.lock);
      network.sides.push_back({node_id{id}, &loops.at(0), &heard});
      return std::make_unique<open_network::port>(network);
    };
    in.name = std::to_string(id);
    in.version = "1";
    in.times.gone = milliseconds(3'000);
    in.limits.frame_bytes_max = 8'000;
    in.limits.queue_bytes_max = 100'000;
    in.attaching = {20, 30'000};
    out.cluster = std::move(in);
    return out;
  }
  const cluster::node_links& links() const { return node.cluster()->links(); }
  std::size_t owned() const {
    std::size_t out = 0;
    for (std::uint32_t k = 0; k < small_shards; ++k) {
      out += links().node().owners().is_mine(cluster::shard_id{k}) ? 1 : 0;
    }
    return out;
  }

  running_loops loops{1};
  settings_store config{quiet()};
  metrics probe;
  cluster::network_handler* handler = nullptr;
  actors::node node;
};

struct two_nodes {
  two_nodes() {
    one.loops.start();
    other.loops.start();
    other.loops.wait_until(0, [&] { return other.owned() == small_shards / 2; });
    one.loops.wait_until(0, [&] {
      std::uint32_t known = 0;
      for (std::uint32_t k = 0; k < small_shards; ++k) known += owner_of(k) == node_id{} ? 0 : 1;
      return known == small_shards && one.owned() == small_shards / 2;
    });
  }
  ~two_nodes() {
    one.node.end();
    other.node.end();
    one.loops.stop();
    other.loops.stop();
    clients.clear();
  }
  node_id owner_of(std::uint32_t shard) const {
    return one.links().node().owners().of(cluster::shard_id{shard}).node;
  }
  /// The first topics whose rooms are on the other node.
  std::vector<topic> topics() {
    std::vector<topic> out;
    one.loops.on(0, [&] {
      for (int i = 0; out.size() < edges; ++i) {
        auto name = "room:" + std::to_string(i);
        if (owner_of(cluster::shard_of(key, small_shards, name).value) == node_id{2})
          out.emplace_back(name);
      }
    });
    return out;
  }
  session_fixture& open() {
    session_fixture* made = nullptr;
    one.loops.on(0, [&] {
      made = new session_fixture(one.loops.at(0));
      clients.emplace_back(made);
      net::connect_info info;
      made->handler = one.node.opener().opened(*made, std::move(info));
    });
    return *made;
  }

  small_stores stored;
  open_network network;
  small_node one{1, network, stored};
  small_node other{2, network, stored};
  std::vector<net::session_ptr> clients;
};

edge_request join_of(const session_fixture& client) {
  edge_request out;
  out.kind = edge_request_kind::join;
  out.from = client.id();
  out.serial = 1;
  out.join_ref = out.reference = net::ref{"\"1\""};
  out.user = "ann";
  const auto meta = "{\"x\":\"" + std::string(1'000, 'x') + "\"}";
  out.options = std::make_shared<const join_options>(join_options{{}, {}, meta});
  return out;
}

}  // namespace

TEST_CASE("edges that attach at the same time after a broken link do not break it again") {
  two_nodes its;
  auto& client = its.open();
  const auto joined = [&] { return client.count("phx_reply"); };
  const auto topics = its.topics();
  for (std::size_t i = 0; i < topics.size(); ++i) {
    caf::anon_send(its.one.node.edges().acquire(topics[i]), join_of(client));
    if (i % 20 == 0) its.one.loops.wait_until(0, [&] { return joined() >= i; });
  }
  its.one.loops.wait_until(0, [&] { return joined() == edges; });
  std::uint64_t breaks = 0;
  auto& pacer = its.one.node.edges().pacer();
  const auto before = pacer.begun();
  its.one.loops.on(0, [&] {
    breaks = its.one.links().node().links().breaks;
    its.one.handler->connection_lost();
    its.one.handler->connection_back();
  });
  its.one.loops.wait_until(0, [&] { return pacer.begun() >= before + edges && pacer.is_idle(); });
  its.one.loops.on(0, [&] {
    CHECK(its.one.links().node().links().overruns == 0);
    CHECK(its.one.links().node().links().breaks == breaks + 1);
    CHECK(its.one.links().undelivered().overruns == 0);
  });
}
