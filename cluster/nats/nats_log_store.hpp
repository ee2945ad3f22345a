// SPDX-License-Identifier: Apache-2.0
// The logs of the shards in JetStream: one stream each.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "cluster/log/log_store.hpp"
#include "cluster/nats/jetstream.hpp"
#include "cluster/nats/stream_config.hpp"
#include "cluster/nats/subjects.hpp"

namespace roost::cluster {

/// The streams exist and have the configuration of stream_config.hpp. If one is gone, read_state()
/// makes it again if it knows how, so that its owner notices the loss and goes on.
///
/// An append without an answer is `unknown`; one whose expected sequence is wrong is `conflict`,
/// whatever number the refusal names. It takes pushes always: the owner of a shard knows how full
/// its log is, so that one full log holds up no other shard. Owns: nothing. Runs on: any thread;
/// callbacks as those of nats_connection::request(). Ends: any time; requests go on without it.
class nats_log_store final : public log_store {
 public:
  /// The connection must live longer. `streams`: how to make a log that is gone; none: it is not
  /// made.
  nats_log_store(nats_connection& connection, subjects names, milliseconds timeout,
                 std::optional<stream_choices> streams = {});

  void append(shard_id shard, sequence expected_last, slice message,
              std::function<void(write_result)> done) override;
  void read_state(shard_id shard, std::function<void(result<log_state>)> done) override;
  void read(shard_id shard, sequence from, std::size_t bytes_max,
            std::function<void(result<log_page>)> done) override;
  void purge(shard_id shard, sequence first_kept, std::function<void(write_result)> done) override;
  std::size_t message_bytes_max() const override;

 private:
  const jetstream api_;
  const subjects names_;
  const std::optional<stream_choices> streams_;
};

}  // namespace roost::cluster
