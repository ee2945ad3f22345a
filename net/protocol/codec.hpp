// Bytes <-> messages for the Phoenix Channels protocol: V1 text, V2 text, V2 binary, and binary
// kind 5 (broadcast with position). Wire shapes: docs/protocol.md. Pure: no socket, no clock.
//
// Encoders return whole WebSocket frames (frame_ptr) and count one `encodes` each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/error.hpp"
#include "net/protocol/message.hpp"

namespace roost::net {

/// Limits of the decoder. Depth and name length are fixed by the protocol's documents.
struct decode_limits {
  std::uint32_t payload_bytes_max = 262'144;
  std::uint32_t depth_max = 64;
};

/// One decoded message, or why it cannot be served. Where refs and topic could be read but the
/// message is refused, `said` holds what an answer needs (also a topic that is too long) and
/// `refused` says why: name_too_long, payload_too_large, or invalid_payload (a payload that is too
/// deep, base64 that is none, half a surrogate pair, a control character in a name, a binary kind
/// of Supabase). `said.body` then is empty.
struct inbound {
  message said;
  errc refused = errc::none;
};

/// Why no message could be read at all: the detail of a decoder's malformed_message.
namespace unreadable {
inline constexpr std::string_view not_json = "not_json";
inline constexpr std::string_view not_array = "not_array";    ///< V2
inline constexpr std::string_view elements = "elements";      ///< V2: fewer than five
inline constexpr std::string_view batch = "batch";            ///< V2: something else than arrays
inline constexpr std::string_view batch_size = "batch_size";  ///< V2: over 100 messages
inline constexpr std::string_view not_object = "not_object";  ///< V1
inline constexpr std::string_view no_topic = "no_topic";      ///< V1: the key is missing
inline constexpr std::string_view no_event = "no_event";
inline constexpr std::string_view no_payload = "no_payload";
inline constexpr std::string_view no_ref = "no_ref";
inline constexpr std::string_view binary_kind = "binary_kind";
inline constexpr std::string_view binary_length = "binary_length";  ///< shorter than it says
inline constexpr std::string_view binary_name = "binary_name";      ///< topic or ref is no UTF-8
}  // namespace unreadable

/// A text message: one message, or for V2 also an array of at most 100 messages (an array whose
/// first element is an array). Fails with malformed_message where no message can be read; of an
/// array then none is served.
result<std::vector<inbound>> decode_text(codec_id codec, const bytes_ptr& data,
                                         const decode_limits& limits);
/// A binary message: V2 kind 0. Kinds 3 and 4 are read and refused. V1 has no binary messages and
/// takes the same JSON in frames of either opcode, as Phoenix does. Fails with malformed_message.
result<std::vector<inbound>> decode_binary(codec_id codec, const bytes_ptr& data,
                                           const decode_limits& limits);

/// A topic or event on its way out: text to be escaped, or JSON that is echoed as it came.
struct wire_name {
  std::string_view text;
  bool is_json = false;
};

enum class reply_status : std::uint8_t { ok, error };

struct payload_view {
  std::string_view data = "{}";
  payload_kind kind = payload_kind::json;
};

/// phx_reply. JSON response: text frame; binary response: kind 1 for V2, payload_base64 for V1.
frame_ptr encode_reply(wire_format format, const ref& join_ref, const ref& reference,
                       wire_name topic, reply_status status, payload_view response);
/// A push to one client, with its join_ref; `reference` is null but for phx_close and phx_error,
/// where it equals join_ref (in V1 both appear as `ref` per the V1 shape).
frame_ptr encode_push(wire_format format, const ref& join_ref, const ref& reference,
                      wire_name topic, std::string_view event, payload_view body);
/// A broadcast, the same bytes for every member of this format. `where` is written only if the
/// format has positions and there is one.
frame_ptr encode_broadcast(wire_format format, wire_name topic, std::string_view event,
                           payload_view body, const position* where);
/// The same shape, without position, for an event that may be dropped under pressure. With a key a
/// later one of the same topic, event and key takes its place while it is unsent; empty: none.
frame_ptr encode_ephemeral(wire_format format, wire_name topic, std::string_view event,
                           payload_view body, std::string_view conflation_key);

/// {"reason": "...", "code": n} for an error reply.
std::string error_response(errc code);
/// {"epoch": "...", "offset": n}.
std::string position_json(const position& where);

/// Frames encoded by this thread since it started (tests hold N members x K codecs to K).
std::uint64_t encodes_of_this_thread();

}  // namespace roost::net
