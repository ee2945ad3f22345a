// SPDX-License-Identifier: Apache-2.0
// The rules that a message gives JetStream for storing it, and how large it may be. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "cluster/log/store_result.hpp"

namespace roost::cluster {

/// The name and value of a header.
using message_rule = std::pair<std::string, std::string>;

/// The stream ends at this sequence.
inline message_rule last_sequence_is(sequence at) {
  return {"Nats-Expected-Last-Sequence", std::to_string(at.value)};
}
/// The newest message of the subject has this sequence; 0: there is none.
inline message_rule last_of_subject_is(sequence at) {
  return {"Nats-Expected-Last-Subject-Sequence", std::to_string(at.value)};
}

/// The bytes that are left for data, of those that a server takes in one message.
inline std::size_t payload_bytes_max(std::size_t message_bytes_max) {
  constexpr std::size_t header_bytes_max = 128;
  return message_bytes_max > header_bytes_max ? message_bytes_max - header_bytes_max : 0;
}

inline write_result too_large() { return {write_outcome::refused, {}, "the message is too large"}; }

}  // namespace roost::cluster
