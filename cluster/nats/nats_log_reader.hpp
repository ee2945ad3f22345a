// SPDX-License-Identifier: Apache-2.0
// Reads one page of a shard's log from JetStream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "cluster/log/log_store.hpp"
#include "cluster/nats/jetstream.hpp"
#include "cluster/nats/subjects.hpp"

namespace roost::cluster {

/// First it asks the leader where the log ends, so that a replica that lags cannot pretend an end.
/// Then it gets messages, which any replica answers: in one batch, or from nats-server before 2.11
/// one by one with many requests under way. If a replica lacks the first message that the leader
/// has, the read fails and may be repeated.
///
/// Owns: the page. Runs on: the connection's thread, after start(). Ends: by itself.
class nats_log_reader : public std::enable_shared_from_this<nats_log_reader> {
 public:
  using callback = std::function<void(result<log_page>)>;
  /// Requests under way to a server that answers with one message each.
  static constexpr std::size_t gets_max = 256;
  static constexpr std::size_t batch_max = 4'096;

  nats_log_reader(jetstream api, std::string stream, std::string subject, sequence from,
                  std::size_t bytes_max, callback done);

  void start();

 private:
  void look(const result<stream_info>& info);
  void get_batch(std::uint64_t first);
  void take_batch(result<direct_answer> answer);
  void get_more();
  void take_one(std::uint64_t at, const result<direct_answer>& answer);
  bool add(std::uint64_t at, slice data);
  void finish();
  void fail(std::string_view why);

  const jetstream api_;
  const std::string stream_;
  const std::string subject_;
  const std::uint64_t from_;
  const std::size_t bytes_max_;
  callback done_;

  log_page page_;
  std::size_t bytes_ = 0;
  std::uint64_t last_ = 0;      // of the log, as the leader said
  std::size_t mean_bytes_ = 0;  // of its messages
  std::uint64_t next_ = 0;      // to ask for
  std::size_t under_way_ = 0;
  bool is_enough_ = false;                // nothing is asked for any more
  std::map<std::uint64_t, slice> early_;  // answers before that of an earlier message
};

}  // namespace roost::cluster
