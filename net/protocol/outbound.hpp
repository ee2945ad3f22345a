// SPDX-License-Identifier: Apache-2.0
// The parameters of the encoders.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/base/payload.hpp"
#include "net/protocol/message.hpp"

namespace roost::net {

/// A topic or event to encode: text that needs escaping, or JSON that is echoed unchanged.
struct wire_name {
  std::string_view text;
  bool is_json = false;
};

enum class reply_status : std::uint8_t { ok, error };

struct reply_parts {
  const ref& join_ref;
  const ref& reference;
  wire_name topic;
  reply_status status;
  payload_view response;
};

struct push_parts {
  const ref& join_ref;
  const ref& reference;
  wire_name topic;
  std::string_view event;
  payload_view body;
};

struct broadcast_parts {
  wire_name topic;
  std::string_view event;
  payload_view body;
  const timed_position* event_position;         ///< null: none, or the format has no positions
  const std::string* conflation_key = nullptr;  ///< null: not ephemeral
};

}  // namespace roost::net
