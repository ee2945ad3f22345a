// SPDX-License-Identifier: Apache-2.0
// Sends the requests of a shard's log to the stores.
#pragma once

#include <cstdint>
#include <functional>

#include "cluster/log/log_store.hpp"
#include "cluster/log/shard_log_io.hpp"
#include "cluster/log/snapshot_store.hpp"

namespace roost::actors {

/// Encodes the requests of one shard_log, and decodes the answers of the stores.
/// Owns: nothing but the callback. Runs on: the shard's loop. Ends: any time; answers may come
/// later.
class shard_stores {
 public:
  /// Called once for each request, on any thread.
  using callback = std::function<void(std::uint64_t request, cluster::log_answer&& answer)>;

  /// The stores must outlive the last answer.
  shard_stores(cluster::shard_id shard, cluster::log_store& log, cluster::snapshot_store& snapshots,
               callback answered)
      : shard_(shard), log_(log), snapshots_(snapshots), answered_(std::move(answered)) {}
  void send(const cluster::log_request& request);

 private:
  void send(std::uint64_t id, const cluster::log_requests::append& request);
  void send(std::uint64_t id, const cluster::log_requests::read_state& request);
  void send(std::uint64_t id, const cluster::log_requests::read& request);
  void send(std::uint64_t id, const cluster::log_requests::purge& request);
  void send(std::uint64_t id, const cluster::log_requests::get& request);
  void send(std::uint64_t id, const cluster::log_requests::put_barrier& request);
  void send(std::uint64_t id, const cluster::log_requests::put_snapshot& request);
  void send(std::uint64_t id, const cluster::log_requests::put_part& request);
  void send(std::uint64_t id, const cluster::log_requests::put_parted& request);
  void send(std::uint64_t id, const cluster::log_requests::get_parts& request);
  void send(std::uint64_t id, const cluster::log_requests::remove_parts& request);
  void send(std::uint64_t id, const cluster::log_requests::list_parts& request);
  void send(std::uint64_t id, const cluster::log_requests::remove_part& request);
  void send(std::uint64_t id, const cluster::log_requests::list& request);
  void send(std::uint64_t id, const cluster::log_requests::remove& request);
  struct parts_reader;
  std::function<void(cluster::write_result)> written(std::uint64_t id) const;

  cluster::shard_id shard_;
  cluster::log_store& log_;
  cluster::snapshot_store& snapshots_;
  callback answered_;
};

}  // namespace roost::actors
