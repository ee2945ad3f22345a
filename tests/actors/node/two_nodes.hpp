// SPDX-License-Identifier: Apache-2.0
// Two complete nodes with links and a shared store, in one process.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "actors/node/node.hpp"
#include "tests/fixtures/memory_log_store.hpp"
#include "tests/fixtures/memory_snapshot_store.hpp"
#include "tests/fixtures/node_fixture.hpp"

namespace roost::tests {

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

struct shared_stores {
  memory_log_store log;
  memory_snapshot_store snapshots;
};

/// Its name is its id.
struct linked_node {
  static constexpr siphash_key key{1, 2};
  static constexpr std::uint32_t shards = 4;

  linked_node(std::uint64_t id, open_network& network, shared_stores& stored, settings of,
              const actors::cluster_parts& bounds)
      : config(named(std::move(of), id)),
        node(config, loops.all(), probe, parts_of(id, network, stored, bounds)) {}
  static settings named(settings of, std::uint64_t id) {
    of.node.name = std::to_string(id);
    return of;
  }
  actors::node_dependencies parts_of(std::uint64_t id, open_network& network, shared_stores& stored,
                                     const actors::cluster_parts& bounds) {
    actors::node_dependencies out;
    out.self = node_id{id};
    out.store.emplace(actors::node_store{stored.log, stored.snapshots, key, shards});
    auto in = bounds;
    in.network = [this, id, &network](cluster::network_handler& heard) {
      handler = &heard;
      const std::scoped_lock guard(network.lock);
      network.sides.push_back({node_id{id}, &loops.at(0), &heard});
      return std::make_unique<open_network::port>(network);
    };
    in.name = std::to_string(id);
    in.version = "1";
    in.times.gone = milliseconds(3'000);
    out.cluster = std::move(in);
    return out;
  }
  const cluster::node_links& links() const { return node.cluster()->links(); }
  std::size_t owned() const {
    std::size_t out = 0;
    for (std::uint32_t k = 0; k < shards; ++k) {
      out += links().node().owners().is_mine(cluster::shard_id{k}) ? 1 : 0;
    }
    return out;
  }

  running_loops loops{1};
  settings_store config;
  metrics probe;
  cluster::network_handler* handler = nullptr;
  actors::node node;
};

/// Each owns half of the shards. `bounds`: of their links; the rest of it is ignored.
struct two_nodes {
  static constexpr siphash_key key = linked_node::key;
  static constexpr std::uint32_t shards = linked_node::shards;

  explicit two_nodes(const actors::cluster_parts& bounds = {}, const settings& config = quiet())
      : one(1, network, stored, config, bounds), other(2, network, stored, config, bounds) {
    one.loops.start();
    other.loops.start();
    other.loops.wait_until(0, [&] { return other.owned() == shards / 2; });
    one.loops.wait_until(0, [&] {
      std::uint32_t known = 0;
      for (std::uint32_t k = 0; k < shards; ++k) known += owner_of(k) == node_id{} ? 0 : 1;
      return known == shards && one.owned() == shards / 2;
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
  std::vector<topic> topics(std::size_t count) {
    std::vector<topic> out;
    one.loops.on(0, [&] {
      for (int i = 0; out.size() < count; ++i) {
        auto name = "room:" + std::to_string(i);
        if (owner_of(cluster::shard_of(key, shards, name).value) == node_id{2})
          out.emplace_back(name);
      }
    });
    return out;
  }
  /// A client of the first node.
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

  shared_stores stored;
  open_network network;
  linked_node one;
  linked_node other;
  std::vector<net::session_ptr> clients;
};

}  // namespace roost::tests
