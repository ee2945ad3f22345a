// SPDX-License-Identifier: Apache-2.0
// The limits and the results of the decoders.
#pragma once

#include <cstdint>
#include <string_view>

#include "config/base/error.hpp"
#include "net/protocol/message.hpp"

namespace roost::net {

/// Limits of the decoder. docs/protocol.md fixes the depth and the length of names.
struct decode_limits {
  std::uint32_t payload_bytes_max = 262'144;
  std::uint32_t depth_max = 64;
};

/// One decoded message, or the reason why it is refused. If refs and topic can be read but the
/// message is refused, `decoded` has the fields that an error reply needs (even a topic that is too
/// long), and `refused` is name_too_long, payload_too_large, or invalid_payload (payload too deep,
/// invalid base64, lone surrogate, control character in a name, or a binary kind of Supabase).
/// `decoded.body` is empty then.
struct inbound {
  message decoded;
  errc refused = errc::none;
};

/// Details of a decoder's malformed_message error: why no message could be read at all.
namespace unreadable {
inline constexpr std::string_view not_json = "not_json";
inline constexpr std::string_view not_array = "not_array";    ///< V2
inline constexpr std::string_view elements = "elements";      ///< V2: fewer than five
inline constexpr std::string_view batch = "batch";            ///< V2: an element is not an array
inline constexpr std::string_view batch_size = "batch_size";  ///< V2: over 100 messages
inline constexpr std::string_view not_object = "not_object";  ///< V1
inline constexpr std::string_view no_topic = "no_topic";      ///< V1: the key is missing
inline constexpr std::string_view no_event = "no_event";
inline constexpr std::string_view no_payload = "no_payload";
inline constexpr std::string_view no_ref = "no_ref";
inline constexpr std::string_view binary_kind = "binary_kind";
inline constexpr std::string_view binary_length = "binary_length";  ///< the message is truncated
inline constexpr std::string_view binary_name = "binary_name";      ///< topic or ref is not UTF-8
}  // namespace unreadable

}  // namespace roost::net
