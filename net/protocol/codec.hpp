// Decodes and encodes messages of the Phoenix Channels protocol. Pure.
//
// Formats: V1 text, V2 text, V2 binary, and binary kind 5 (broadcast with position), see
// docs/protocol.md. Encoders return complete WebSocket frames (frame_ptr), and each call adds one
// to encodes_of_this_thread().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/error.hpp"
#include "net/protocol/message.hpp"

namespace roost::net {

/// Limits of the decoder. docs/protocol.md fixes the depth and the length of names.
struct decode_limits {
  std::uint32_t payload_bytes_max = 262'144;
  std::uint32_t depth_max = 64;
};

/// One decoded message, or the reason why it is refused. If refs and topic can be read but the
/// message is refused, `said` holds what an error reply needs (even a topic that is too long), and
/// `refused` is name_too_long, payload_too_large, or invalid_payload (payload too deep, invalid
/// base64, lone surrogate, control character in a name, or a binary kind of Supabase). `said.body`
/// is empty then.
struct inbound {
  message said;
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
inline constexpr std::string_view binary_length = "binary_length";  ///< the frame is truncated
inline constexpr std::string_view binary_name = "binary_name";      ///< topic or ref is not UTF-8
}  // namespace unreadable

/// Decodes a text message. V2 also accepts a batch of at most 100 messages: an array whose first
/// element is an array. Fails with malformed_message if a message cannot be read; in a batch, one
/// such message fails the whole batch.
result<std::vector<inbound>> decode_text(codec_id codec, const bytes_ptr& data,
                                         const decode_limits& limits);
/// Decodes a binary message: V2 kind 0. Kinds 3 and 4 are read, but refused. V1 has no binary
/// messages and accepts JSON in binary frames too, as Phoenix does. Fails with malformed_message.
result<std::vector<inbound>> decode_binary(codec_id codec, const bytes_ptr& data,
                                           const decode_limits& limits);

/// A topic or event to encode: text that needs escaping, or JSON that is echoed unchanged.
struct wire_name {
  std::string_view text;
  bool is_json = false;
};

enum class reply_status : std::uint8_t { ok, error };

/// A phx_reply. A JSON response is a text frame; a binary response is kind 1 in V2, and
/// payload_base64 in V1.
frame_ptr encode_reply(wire_format format, const ref& join_ref, const ref& reference,
                       wire_name topic, reply_status status, payload_view response);
/// A push to one client, with its join_ref. `reference` is null, except in phx_close and phx_error,
/// where it equals join_ref. V1 has no join_ref and writes only `reference`, as `ref`.
frame_ptr encode_push(wire_format format, const ref& join_ref, const ref& reference,
                      wire_name topic, std::string_view event, payload_view body);
/// A broadcast: the same bytes for every member with this format. The position `event_position` is
/// written if it is not null and the format has positions.
frame_ptr encode_broadcast(wire_format format, wire_name topic, std::string_view event,
                           payload_view body, const position* event_position);
/// A broadcast without position that the outbox may drop under pressure. With a conflation key, a
/// later frame of the same topic, event and key replaces it while it is unsent; empty: no key.
frame_ptr encode_ephemeral(wire_format format, wire_name topic, std::string_view event,
                           payload_view body, std::string_view conflation_key);

/// {"reason": "...", "code": n} for an error reply.
std::string error_response(errc code);
/// {"epoch": "...", "offset": n}.
std::string position_json(const position& event_position);

/// Number of frames that this thread has encoded. Tests check that a broadcast to N members with K
/// codecs encodes K frames.
std::uint64_t encodes_of_this_thread();

}  // namespace roost::net
