// SPDX-License-Identifier: Apache-2.0
// Nodes that share the shards and agree, with what the tests of node_links check of them.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "tests/cluster/bus_contract.hpp"
#include "tests/cluster/links/cluster_fixture.hpp"
#include "tests/fixtures/catch.hpp"

namespace roost::cluster::tests {

using kind_of = recorder::report::kind_of;

inline std::size_t count_of(const recorder& heard, kind_of kind) {
  const auto all = heard.reports();
  return static_cast<std::size_t>(std::ranges::count(all, kind, &recorder::report::kind));
}

/// A node may hear of no change twice, and never of an older owner after a newer one.
inline void check_owners(const recorder& heard) {
  std::map<shard_id, recorder::report> last;
  for (const auto& each : heard.reports()) {
    if (each.kind != kind_of::owner) continue;
    const auto [at, is_first] = last.try_emplace(each.shard, each);
    if (is_first) continue;
    CHECK_FALSE(at->second == each);
    CHECK(at->second.ownership <= each.ownership);
    at->second = each;
  }
}

inline event_ptr news_of(const std::string& topic_name, std::uint64_t ownership, std::uint64_t at) {
  return share({topic{topic_name}, epoch{ownership}, "e", offset{at},
                events::notification{at, "news", contract::json_of(at)}});
}

struct sharing_nodes : cluster_fixture {
  explicit sharing_nodes(std::uint64_t count) { start_all(count); }
  explicit sharing_nodes(const node_options& bounds) {
    options = bounds;
    start_all(2);
  }
  /// Publishes an event of a shard of the node, to other nodes.
  void publish(std::uint64_t from, std::vector<node_id> to, std::uint64_t at) {
    const auto shard = shard_of_node(from);
    REQUIRE(bus(from).publish(
        news_of(topic_in(shard), node(from).routes.owner_of(shard).ownership, at), to));
  }
  void check_agreement() {
    for (auto& [id, each] : members) {
      check_owners(each->heard);
      for (std::uint32_t k = 0; k < logs.all.size(); ++k) {
        const announced_owner expected{logs.all[k].author, logs.all[k].ownership};
        CHECK(each->node.routes.owner_of(shard_id{k}) == expected);
      }
    }
  }
};

using numbers = std::vector<std::uint64_t>;

}  // namespace roost::cluster::tests
