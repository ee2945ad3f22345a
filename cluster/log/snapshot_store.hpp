// SPDX-License-Identifier: Apache-2.0
// The interface of the store that keeps the newest snapshot of each room.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cluster/log/store_result.hpp"
#include "cluster/shard.hpp"
#include "config/base/bytes.hpp"
#include "config/base/error.hpp"

namespace roost::cluster {

/// A stored snapshot.
struct snapshot_message {
  std::string key;
  sequence at;
  slice data;
};

/// Answer to one read of several keys: they were all read at one moment.
struct snapshot_page {
  std::vector<snapshot_message> messages;  ///< keys that are not stored are missing
  sequence up_to;      ///< the store had applied all snapshots up to this sequence when it read
  bool is_end = true;  ///< list(): no key follows
};

/// Keeps one message for each key of a shard, besides the older ones that it was told to keep.
/// A key is a safe token (cluster/log/snapshot_key.hpp), or such a token with `.` and the name of a
/// part. The sequences of all keys of all shards are from one order.
/// tests/cluster/log/snapshot_store_contract.hpp checks for every store:
/// 1. put() stores only if the newest message of the key has the sequence `expected` (0: there is
///    none).
/// 2. What was answered `stored` survives the end of the process. A read may answer from an older
///    moment (a replica), and then says so by `up_to`.
/// 3. A write that ended in anything but `stored` or `unknown` was not stored and will not be.
/// 4. Parts are read by their key, are only in list_parts(), and stay until a removal names them or
///    a newer part with the same key takes their place.
/// Requests never block; callbacks as in log_store. Thread-safe.
class snapshot_store {
 public:
  template <class Answer>
  using callback = std::function<void(Answer)>;

  virtual ~snapshot_store() = default;
  /// Stores a message of at most `message_bytes_max()` bytes in place of the key's newest one.
  virtual void put(shard_id shard, std::string key, sequence expected, slice message,
                   callback<write_result> done) = 0;
  /// Reads the newest messages of a few keys at one moment.
  virtual void get(shard_id shard, std::vector<std::string> keys,
                   callback<result<snapshot_page>> done) = 0;
  /// Lists the keys after `after` in order, with at most `headers_max` first bytes of each message,
  /// but no parts.
  virtual void list(shard_id shard, std::string after, std::size_t max, std::size_t headers_max,
                    callback<result<snapshot_page>> done) = 0;
  /// Lists the keys of parts after `after` in order, at most `max`, without their bytes.
  virtual void list_parts(shard_id shard, std::string after, std::size_t max,
                          callback<result<snapshot_page>> done) = 0;
  /// Removes the messages of one key, if its newest one has the sequence `expected`, and the parts
  /// of a room before it. The answer's `at` is 0.
  virtual void remove(shard_id shard, std::string key, sequence expected,
                      callback<write_result> done) = 0;
  /// Stores a part of at most `message_bytes_max()` bytes, whatever its key held before. Never
  /// ends in `conflict`.
  virtual void put_part(shard_id shard, std::string key, slice part,
                        callback<write_result> done) = 0;
  /// Removes the parts of one key whose sequences are below `first_kept`. The answer's `at` is 0.
  virtual void remove_parts(shard_id shard, std::string key, sequence first_kept,
                            callback<write_result> done) = 0;
  virtual std::size_t message_bytes_max() const = 0;
};

}  // namespace roost::cluster
