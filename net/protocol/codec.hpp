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

/// One decoded message, or why it cannot be served. Where the envelope could be read but the rest
/// is refused (name_too_long, payload_too_large, invalid_payload for its depth or for base64 that
/// is none), `said` holds what is needed to answer (refs and topic, also one that is too long) and
/// `refused` says why. `said.body` then is empty.
struct inbound {
  message said;
  errc refused = errc::none;
};

/// A text message: one message, or for V2 also an array of at most 100 messages (an array whose
/// first element is an array). Fails with malformed_message where the text is no JSON, no envelope
/// can be read, or a name holds control characters; of an array then none is served.
result<std::vector<inbound>> decode_text(codec_id codec, const bytes_ptr& data,
                                         const decode_limits& limits);
/// A binary message, V2 kind 0. Fails with malformed_message, also for V1.
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
