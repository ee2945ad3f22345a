// SPDX-License-Identifier: Apache-2.0
// The state that an edge keeps for each channel. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "actors/messages/channel_serial.hpp"
#include "config/base/compact_text.hpp"
#include "net/protocol/message.hpp"

namespace roost::actors {

/// One member's channel at the edge of its topic. There is one for each connection and topic, so
/// its texts are compact. Runs on: the edge's loop.
struct edge_channel {
  channel_serial serial = 0;
  net::wire_format format;
  bool is_subscribed = false;  ///< its join was answered ok; it gets broadcasts
  bool is_leaving = false;
  bool is_implied = false;              ///< its join had no join_ref; the ref of the join is used
  std::uint32_t ephemeral_waiting = 0;  ///< its ephemeral pushes in the queue
  compact_text join_ref_json;
  compact_text user_name;
  net::ref join_ref() const { return {std::string{join_ref_json.view()}}; }
  std::string user() const { return std::string{user_name.view()}; }
  /// The join_ref in its phx_close or phx_error (docs/protocol.md, "Control events").
  net::ref end_ref() const { return is_implied ? net::ref{} : join_ref(); }
};

}  // namespace roost::actors
