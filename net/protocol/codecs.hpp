// SPDX-License-Identifier: Apache-2.0
// The codecs that codec.hpp selects from: one .cpp file for each wire format. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/base/error.hpp"
#include "net/protocol/inbound.hpp"
#include "net/protocol/message.hpp"
#include "net/protocol/outbound.hpp"

namespace roost::net {

/// `why`: a detail from the namespace `unreadable`.
inline error malformed(std::string_view why) { return {errc::malformed_message, std::string{why}}; }

constexpr std::string_view text_of(reply_status status) {
  return status == reply_status::ok ? "ok" : "error";
}

/// V1: objects in text messages; binary payloads, in and out, as {"payload_base64": "..."}.
result<std::vector<inbound>> decode_v1(const bytes_ptr& data, const decode_limits& limits);
encoded_ptr encode_v1(const reply_parts& parts);
encoded_ptr encode_v1(const push_parts& parts);
encoded_ptr encode_v1(const broadcast_parts& parts);

/// V2: arrays in text messages; JSON payloads only.
result<std::vector<inbound>> decode_v2(const bytes_ptr& data, const decode_limits& limits);
encoded_ptr encode_v2(const reply_parts& parts);
encoded_ptr encode_v2(const push_parts& parts);
encoded_ptr encode_v2(const broadcast_parts& parts);

/// V2: binary messages; binary payloads only.
result<std::vector<inbound>> decode_v2_binary(const bytes_ptr& data, const decode_limits& limits);
encoded_ptr encode_v2_binary(const reply_parts& parts);
encoded_ptr encode_v2_binary(const push_parts& parts);
encoded_ptr encode_v2_binary(const broadcast_parts& parts);

}  // namespace roost::net
