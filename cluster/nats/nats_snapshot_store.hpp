// SPDX-License-Identifier: Apache-2.0
// The snapshots of all shards in JetStream: one stream.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cluster/log/snapshot_store.hpp"
#include "cluster/nats/jetstream.hpp"
#include "cluster/nats/nats_snapshot_list.hpp"
#include "cluster/nats/subjects.hpp"

namespace roost::cluster {

/// The stream exists and has the configuration of stream_config.hpp. Owns: the rest of a listing.
/// Runs on: any thread; callbacks as those of nats_connection::request(). Ends: any time; requests
/// go on without it.
class nats_snapshot_store final : public snapshot_store {
 public:
  /// The connection must live longer.
  nats_snapshot_store(nats_connection& connection, subjects names, milliseconds timeout);

  void put(shard_id shard, std::string key, sequence expected, slice message,
           std::function<void(write_result)> done) override;
  void get(shard_id shard, std::vector<std::string> keys,
           std::function<void(result<snapshot_page>)> done) override;
  void list(shard_id shard, std::string after, std::size_t max, std::size_t headers_max,
            std::function<void(result<snapshot_page>)> done) override;
  void remove(shard_id shard, std::string key, sequence expected,
              std::function<void(write_result)> done) override;
  void put_part(shard_id shard, std::string key, slice part,
                std::function<void(write_result)> done) override;
  /// JetStream has no listing of sequences, so each part is read.
  void list_parts(shard_id shard, std::string after, std::size_t max,
                  std::function<void(result<snapshot_page>)> done) override;
  void remove_parts(shard_id shard, std::string key, sequence first_kept,
                    std::function<void(write_result)> done) override;
  std::size_t message_bytes_max() const override;

 private:
  const jetstream api_;
  const subjects names_;
  const std::shared_ptr<kept_listing> kept_;
  const std::shared_ptr<kept_listing> kept_parts_;
};

}  // namespace roost::cluster
