// SPDX-License-Identifier: Apache-2.0
// Reports what the links and the network of a node count to the metrics.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "cluster/links/bus_between_nodes.hpp"
#include "cluster/links/node_links.hpp"
#include "cluster/links/node_network.hpp"
#include "config/telemetry/metrics.hpp"

namespace roost::actors {

/// The measurements of a node's part in its cluster.
/// Owns: what it has reported. Runs on: the thread of the links. Ends: any time.
class cluster_probe {
 public:
  explicit cluster_probe(metrics& into) : into_(into) {}
  /// Reports the difference to the last call, and the present sizes.
  void report(const cluster::node_links& links, const cluster::publish_counts& published,
              const cluster::network_counts& network);
  /// The store was asked for the identity of the cluster; the result is a label.
  void identity_checked(std::string_view result);
  /// The node has left its cluster.
  void close();

 private:
  /// A total that is reported as a counter, perhaps with a label.
  struct total {
    metrics::counter counter;
    std::string_view label;
    std::uint64_t count = 0;
  };
  void add_all(std::initializer_list<total> totals);
  void report(const cluster::network_counts& network);
  void report_envelopes(const cluster::undelivered_counts& undelivered,
                        const cluster::publish_counts& published);
  void report_links(const cluster::cluster_node& node);

  static constexpr std::size_t totals_max = 48;
  metrics& into_;
  std::array<std::uint64_t, totals_max> reported_{};  // by the order of the calls
  std::size_t next_ = 0;
};

}  // namespace roost::actors
