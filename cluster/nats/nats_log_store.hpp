// SPDX-License-Identifier: Apache-2.0
// The logs of the shards in JetStream: one stream each.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "cluster/log/log_store.hpp"
#include "cluster/nats/jetstream.hpp"
#include "cluster/nats/log_fill.hpp"
#include "cluster/nats/subjects.hpp"

namespace roost::cluster {

/// The streams exist and have the configuration of stream_config.hpp.
///
/// An append without an answer is `unknown`; one whose expected sequence is wrong is `conflict`,
/// whatever number the refusal names. While a log is nearly full, the store takes no pushes and
/// looks at that log every second. Owns: what it knows of the logs' sizes. Runs on: any thread;
/// callbacks as those of nats_connection::request(). Ends: any time; requests go on without it.
class nats_log_store final : public log_store {
 public:
  static constexpr milliseconds look_interval{1'000};

  /// The connection must live longer.
  nats_log_store(nats_connection& connection, subjects names, milliseconds timeout);

  void append(shard_id shard, sequence expected_last, slice message,
              std::function<void(write_result)> done) override;
  void read_state(shard_id shard, std::function<void(result<log_state>)> done) override;
  void read(shard_id shard, sequence from, std::size_t bytes_max,
            std::function<void(result<log_page>)> done) override;
  void purge(shard_id shard, sequence first_kept, std::function<void(write_result)> done) override;
  std::size_t message_bytes_max() const override;
  bool takes_pushes() const override { return !fill_->is_any_nearly_full(); }

 private:
  const jetstream api_;
  const subjects names_;
  const std::shared_ptr<log_fill> fill_;
};

}  // namespace roost::cluster
