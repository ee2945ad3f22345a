// SPDX-License-Identifier: Apache-2.0
// A node with a whole bus on a memory_network.
#pragma once

#include <cstdint>
#include <string>

#include "cluster/links/bus_between_nodes.hpp"
#include "cluster/links/node_links.hpp"
#include "tests/cluster/links/log_host.hpp"
#include "tests/cluster/links/memory_network.hpp"

namespace roost::cluster::tests {

inline constexpr siphash_key test_key{1, 2};

struct node_options {
  link_limits links;
  std::size_t queue_bytes_max = 16U << 20U;
  std::size_t unverified_bytes_max = 16U << 20U;
  view_faults faults;
};

/// Owns: one node's bus, links and host. Runs on: the thread of its test; the bus on any. Ends:
/// with its test.
struct linked_node {
  linked_node(node_id self, const std::string& name, memory_network& all, shared_logs& logs,
              bus_handler& handler, const node_options& options = {})
      : id(self),
        network(all),
        host(self, logs),
        routes(test_key, static_cast<std::uint32_t>(logs.all.size())),
        outgoing(options.queue_bytes_max),
        bus(self, options.links.envelope_bytes_max, handler, routes, outgoing, [this] { ++wakes; }),
        links({{self, name, "0.1.0"},
               {},
               options.links,
               options.faults,
               options.unverified_bytes_max},
              {all.join(self), host, handler, routes, outgoing}, logs.now) {
    host.links = &links;
    all.listen(self, links);
  }
  linked_node(const linked_node&) = delete;
  linked_node& operator=(const linked_node&) = delete;
  ~linked_node() { network.leave(id); }

  /// An iteration of the node's loop.
  void run(time_point now) {
    host.run();
    status = links.run(now);
  }

  node_id id;
  memory_network& network;
  log_host host;
  shard_routes routes;
  outgoing_queue outgoing;
  std::atomic<unsigned> wakes{0};
  bus_between_nodes bus;
  node_links links;
  link_status status;
};

}  // namespace roost::cluster::tests
