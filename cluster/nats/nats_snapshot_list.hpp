// SPDX-License-Identifier: Apache-2.0
// Lists the snapshots of a shard in JetStream.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cluster/log/snapshot_store.hpp"
#include "cluster/nats/jetstream.hpp"
#include "cluster/nats/subjects.hpp"

namespace roost::cluster {

/// The keys of a shard that follow in a listing, in order.
struct snapshot_listing {
  shard_id shard;
  std::string after;  ///< the key before them
  sequence up_to;     ///< of the stream, when its leader listed them
  std::vector<std::string> keys;
};

/// Keeps the rest of the last listing, because JetStream lists all keys of a shard at once. Owns:
/// the rest. Runs on: any thread. Ends: any time.
class kept_listing {
 public:
  void keep(snapshot_listing rest);
  /// Empty keys: what is kept does not follow this key.
  snapshot_listing take(shard_id shard, const std::string& after);

 private:
  std::mutex mutex_;
  snapshot_listing rest_;
};

/// Reads one page: the keys (or the rest of an earlier listing), then their messages, a few at a
/// time. Owns: the page. Runs on: the connection's thread, after start(). Ends: by itself.
class nats_snapshot_list : public std::enable_shared_from_this<nats_snapshot_list> {
 public:
  using callback = std::function<void(result<snapshot_page>)>;
  static constexpr std::size_t gets_max = 16;

  struct request {
    shard_id shard;
    std::string after;
    std::size_t max = 0;
    std::size_t headers_max = 0;
    bool of_parts = false;
  };

  nats_snapshot_list(jetstream api, subjects names, std::shared_ptr<kept_listing> kept, request of,
                     callback done);

  void start();

 private:
  void ask_for_keys(std::size_t offset);
  void take_keys(const result<stream_info>& info);
  void get_some();
  void take_one(std::size_t index, result<std::optional<stored_message>> answer);
  void add_some();
  void finish();

  const jetstream api_;
  const subjects names_;
  const std::shared_ptr<kept_listing> kept_;
  const request of_;
  callback done_;

  snapshot_listing listing_;
  std::size_t subjects_ = 0;  // that were listed so far
  std::size_t next_ = 0;      // index of the next key
  std::size_t under_way_ = 0;
  std::vector<snapshot_message> some_;  // of the keys at next_; sequence 0: not stored
  std::string failure_;
  snapshot_page page_;
};

}  // namespace roost::cluster
