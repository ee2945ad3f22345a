// SPDX-License-Identifier: Apache-2.0
// The messages with which nodes tell each other that they live, what they own, and how far they
// have sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cluster/shard.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster {

/// Bounds of a view. A heartbeat above them is refused.
inline constexpr std::size_t nodes_max = 64;
inline constexpr std::uint32_t shards_max = 1024;
inline constexpr std::size_t node_name_bytes_max = 64;

enum class node_state : std::uint8_t {
  joining = 1,  ///< listens before it takes a shard
  up = 2,
  cut_off = 3,  ///< cannot hear itself or its store: the others take its shards
  leaving = 4,  ///< gives its shards away and ends
};

struct heartbeat {
  struct owned_shard {
    shard_id shard;
    std::uint64_t ownership = 0;
    friend bool operator==(const owned_shard&, const owned_shard&) = default;
  };
  /// An ownership that has ended: with a release in the log of the shard, which this node wrote or
  /// read, and then only the node `to` may take the shard; or nobody announces it any more, and a
  /// node announces a smaller one.
  struct released_shard {
    shard_id shard;
    std::uint64_t ownership = 0;
    node_id to;  ///< 0: no release is known
    friend bool operator==(const released_shard&, const released_shard&) = default;
  };
  /// The sender's end of its link with a node (cluster/view/node_link.hpp).
  struct link_end {
    node_id peer;
    std::uint64_t incarnation = 0;
    std::uint64_t peer_incarnation = 0;  ///< the newest that the sender knows; 0: none
    std::uint64_t last = 0;              ///< number of the last frame sent in this incarnation
    friend bool operator==(const link_end&, const link_end&) = default;
  };

  node_id node;
  std::uint64_t number = 0;  ///< 1, 2, 3, … for this node
  node_state state = node_state::joining;
  bool is_store_answering = false;  ///< its store has answered a request of it lately
  std::string name;                 ///< setting `node.name`
  std::string version;              ///< of the program, at most node_name_bytes_max bytes
  std::vector<node_id> view;        ///< all nodes in its view, in order, with itself
  std::vector<owned_shard> owned;
  std::vector<released_shard> released;
  std::vector<link_end> links;
  friend bool operator==(const heartbeat&, const heartbeat&) = default;
};

}  // namespace roost::cluster
