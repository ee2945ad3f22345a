// SPDX-License-Identifier: Apache-2.0
// The interface of the store that keeps the logs of the shards.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "cluster/log/store_result.hpp"
#include "cluster/shard.hpp"
#include "config/base/bytes.hpp"
#include "config/base/error.hpp"

namespace roost::cluster {

/// A message of a log.
struct log_message {
  sequence at;
  slice data;
};

/// The state of a log, from the place that orders its appends (JetStream: the leader).
struct log_state {
  sequence first;               ///< of the oldest message held; last + 1 if none is held
  sequence last;                ///< of the newest message ever stored; 0: none
  slice message;                ///< the newest message; empty if it is not held
  std::uint64_t bytes = 0;      ///< held
  std::uint64_t bytes_max = 0;  ///< bound; 0: none
};

/// Messages with increasing sequences. They may begin later than asked for and have gaps, which the
/// reader must judge. `is_end`: the log held no further message.
struct log_page {
  std::vector<log_message> messages;
  bool is_end = false;
};

/// Keeps one log for each shard. tests/cluster/log/log_store_contract.hpp checks for every store:
/// 1. append() stores only if `expected_last` is the log's last sequence at that moment, and gives
///    the message the sequence expected_last + 1. So of two owners that append behind the same
///    message one gets `conflict`.
/// 2. What was answered `stored` survives the end of the process, and is in every later answer.
/// 3. A write that ended in anything but `stored` or `unknown` was not stored and will not be.
/// 4. purge() removes the messages below a sequence, and never lifts the last sequence: above
///    last + 1 it is refused.
/// A read that failed may be repeated at once.
/// Requests never block. Every `done` is called exactly once, on any thread, perhaps before the
/// request returns, and with no lock held. Thread-safe. Ends: after every `done` was called.
class log_store {
 public:
  template <class Answer>
  using callback = std::function<void(Answer)>;

  virtual ~log_store() = default;
  /// Appends a message of at most `message_bytes_max()` bytes.
  virtual void append(shard_id shard, sequence expected_last, slice message,
                      callback<write_result> done) = 0;
  virtual void read_state(shard_id shard, callback<result<log_state>> done) = 0;
  /// Reads from `from` on: at least one message if there is any, at most about `bytes_max`.
  virtual void read(shard_id shard, sequence from, std::size_t bytes_max,
                    callback<result<log_page>> done) = 0;
  /// Removes the messages below `first_kept`. The answer's `at` is 0.
  virtual void purge(shard_id shard, sequence first_kept, callback<write_result> done) = 0;
  virtual std::size_t message_bytes_max() const = 0;
  /// False: the store is nearly full, or it has failed. New pushes should be refused before they
  /// are applied, so that there is space for what was applied. Cheap.
  virtual bool takes_pushes() const { return true; }
};

}  // namespace roost::cluster
