// SPDX-License-Identifier: Apache-2.0
// Requests to JetStream whose sender waits for the answers.
#pragma once

#include <string>
#include <vector>

#include "cluster/nats/nats_connection.hpp"

namespace roost::cluster {

struct jetstream_call {
  std::string request;  ///< such as STREAM.INFO.NAME
  std::string body{};
};

struct jetstream_answer {
  reply_kind kind = reply_kind::not_sent;
  std::string text;  ///< the JSON, or why there is none
};

/// Sends them, a few at a time, and blocks until each is answered, or was not within `timeout`;
/// after that no more are sent. The answers have the order of the calls. Not on the connection's
/// thread.
std::vector<jetstream_answer> answers_to(nats_connection& connection,
                                         const std::vector<jetstream_call>& calls,
                                         milliseconds timeout);
jetstream_answer answer_to(nats_connection& connection, jetstream_call call, milliseconds timeout);

}  // namespace roost::cluster
