// SPDX-License-Identifier: Apache-2.0
// The names of a cluster's streams and subjects. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cluster/shard.hpp"
#include "config/base/error.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster {

/// Owns: the cluster's name. Runs on: any thread. Ends: any time.
class subjects {
 public:
  static constexpr std::size_t name_bytes_max = 32;

  /// The name of a cluster is 1 to 32 letters, digits, `_` and `-`; else bad_setting.
  static result<subjects> of(std::string_view cluster);

  std::string log_stream(shard_id shard) const { return name_ + "_EV_" + number(shard); }
  std::string log(shard_id shard) const { return name_ + ".ev." + number(shard); }
  /// All logs of all shards.
  std::string logs() const { return name_ + ".ev.>"; }
  std::string snapshot_stream() const { return name_ + "_SN"; }
  /// All snapshots of all shards.
  std::string snapshots() const { return name_ + ".sn.>"; }
  /// All snapshots of a shard, but no parts.
  std::string snapshots(shard_id shard) const { return prefix(shard) + "*"; }
  /// All parts of a shard's snapshots, which have more tokens.
  std::string parts(shard_id shard) const { return prefix(shard) + "*.>"; }
  /// None: the key has other characters than those of cluster/log/snapshot_key.hpp, `.` and `$`, or
  /// an empty token.
  std::optional<std::string> snapshot(shard_id shard, std::string_view key) const;
  /// The key of a snapshot's subject. None: it is of another shard.
  std::optional<std::string> key_of(shard_id shard, std::string_view subject) const;

  /// Everything for this node is below it: frames, and answers to its requests.
  std::string node(node_id node) const { return name_ + ".n." + std::to_string(node.value); }
  std::string frames_to(node_id node) const { return this->node(node) + ".f"; }
  /// The heartbeats of all nodes are below it.
  std::string heartbeats() const { return name_ + ".hb"; }
  std::string heartbeats_of(node_id node) const {
    return heartbeats() + "." + std::to_string(node.value);
  }
  /// The node whose heartbeats have this subject. None: no node's have.
  std::optional<node_id> sender_of(std::string_view heartbeat_subject) const;

 private:
  explicit subjects(std::string_view cluster) : name_(cluster) {}
  static std::string number(shard_id shard) { return std::to_string(shard.value); }
  std::string prefix(shard_id shard) const { return name_ + ".sn." + number(shard) + "."; }
  std::string name_;
};

}  // namespace roost::cluster
