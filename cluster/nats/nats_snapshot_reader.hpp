// SPDX-License-Identifier: Apache-2.0
// Reads several snapshots at one moment from JetStream.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cluster/log/snapshot_store.hpp"
#include "cluster/nats/jetstream.hpp"
#include "cluster/nats/subjects.hpp"

namespace roost::cluster {

/// One direct get for all keys (multi_last): any replica answers, and says up to which sequence it
/// has read. nats-server before 2.11 does not know this request, and with one replica the leader is
/// asked for the last sequence and then for each key: if no message is newer than that sequence,
/// all are of one moment; else it asks again.
///
/// Owns: the page. Runs on: the connection's thread, after start(). Ends: by itself.
class nats_snapshot_reader : public std::enable_shared_from_this<nats_snapshot_reader> {
 public:
  using callback = std::function<void(result<snapshot_page>)>;
  static constexpr int attempts_max = 100;

  nats_snapshot_reader(jetstream api, subjects names, shard_id shard, std::vector<std::string> keys,
                       callback done);

  void start();

 private:
  struct wanted {
    std::string key;
    std::string subject;
    std::optional<snapshot_message> found;
  };

  void take_all(result<direct_answer> answer);
  void ask_leader();
  void take_info(const result<stream_info>& info);
  void take_one(std::size_t index, result<std::optional<stored_message>> answer);
  void finish_part();
  void finish(sequence up_to);

  const jetstream api_;
  const subjects names_;
  const shard_id shard_;
  std::vector<wanted> wanted_;
  callback done_;

  bool knows_several_ = true;  // the server knows multi_last
  int attempts_ = 0;
  std::size_t under_way_ = 0;
  sequence last_;  // of the stream, before the keys were read
  std::uint64_t replicas_ = 1;
  std::string failure_;
};

}  // namespace roost::cluster
