// SPDX-License-Identifier: Apache-2.0
// The classes of channel messages that the metrics count.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace roost::net {

/// Direction and class of a message: the two labels of the messages metric.
enum class message_class : std::uint8_t {
  in_join,
  in_leave,
  in_push,
  in_ephemeral,
  in_heartbeat,
  in_token,
  in_presence,
  in_receipt,
  out_reply,
  out_broadcast,
  out_unicast,
  out_presence,
  out_ephemeral,
  out_receipt,
  out_close,
  out_notice,
  count_,
};

inline constexpr std::array<std::string_view, static_cast<std::size_t>(message_class::count_)>
    message_labels{"in,join",       "in,leave",      "in,push",     "in,ephemeral",
                   "in,heartbeat",  "in,token",      "in,presence", "in,receipt",
                   "out,reply",     "out,broadcast", "out,unicast", "out,presence",
                   "out,ephemeral", "out,receipt",   "out,close",   "out,notice"};

}  // namespace roost::net
