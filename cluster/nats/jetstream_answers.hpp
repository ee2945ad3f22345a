// SPDX-License-Identifier: Apache-2.0
// Reads the JSON with which JetStream answers. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/log/store_result.hpp"
#include "config/base/bytes.hpp"
#include "config/base/error.hpp"

namespace roost::cluster {

/// Numbers of JetStream's errors (nats-server, server/errors.json).
enum class jetstream_errc : std::uint16_t {
  account_resources_exceeded = 10002,
  no_peers = 10005,
  cluster_not_available = 10008,
  cluster_not_leader = 10009,
  insufficient_resources = 10023,
  no_message_found = 10037,
  not_enabled_for_account = 10039,
  storage_resources_exceeded = 10047,
  stream_name_in_use = 10058,
  stream_not_found = 10059,
  wrong_last_sequence = 10071,
  not_enabled = 10076,
  stream_store_failed = 10077,
  wrong_last_sequence_constant = 10164,
};

struct jetstream_error {
  std::uint16_t number = 0;
  std::string description;
  bool is(jetstream_errc code) const { return number == static_cast<std::uint16_t>(code); }
};

/// The parts of STREAM.INFO that are used.
struct stream_info {
  std::uint64_t first = 0;  ///< last + 1 if no message is held
  std::uint64_t last = 0;
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
  std::uint64_t bytes_max = 0;  ///< 0: none
  std::uint64_t replicas = 1;
  std::uint64_t subjects = 0;     ///< those of all pages, if they were asked for
  std::vector<std::string> page;  ///< subjects of this page
};

/// A page of STREAM.LIST.
struct stream_page {
  std::uint64_t total = 0;    ///< of all pages
  std::uint64_t streams = 0;  ///< of this page
  bool has_messages = false;  ///< any of this page has, or had, a message
};

/// A message as STREAM.MSG.GET answers with it.
struct stored_message {
  std::uint64_t at = 0;
  std::string subject;
  slice data;
};

/// The error in an answer; none if there is none. An answer that cannot be read is an error with
/// the number 0.
std::optional<jetstream_error> error_in(std::string_view json);

/// How a publish ended: the stored sequence, or its outcome by the number of the error. A conflict
/// of three replicas may be with an append that is never stored, so its text decides nothing.
write_result read_publish_answer(std::string_view json);
/// How a request that changes a stream ended. The answer's `at` is 0.
write_result read_change_answer(std::string_view json);
/// How many messages a successful purge has removed; 0 if it is not in the answer.
std::uint64_t purged_in(std::string_view json);

/// Fail with unavailable, and the description in the answer.
result<stream_info> read_stream_info(std::string_view json);
/// Fails also if a stream of the page has not answered.
result<stream_page> read_stream_page(std::string_view json);
/// None: there is no such message.
result<std::optional<stored_message>> read_stored_message(std::string_view json);

}  // namespace roost::cluster
