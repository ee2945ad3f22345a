// SPDX-License-Identifier: Apache-2.0
// Decodes and encodes messages of the Phoenix Channels protocol. Pure.
//
// Formats: V1 text, V2 text, V2 binary, and binary kind 5 (broadcast with position), see
// docs/protocol.md. Encoders return messages without the bytes of a transport, and each
// call adds one to encodes_of_this_thread().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/error.hpp"
#include "net/protocol/inbound.hpp"
#include "net/protocol/message.hpp"
#include "net/protocol/outbound.hpp"

namespace roost::net {

/// Decodes a text message. V2 also accepts a batch of at most 100 messages: an array whose first
/// element is an array. Fails with malformed_message if a message cannot be read; in a batch, one
/// such message fails the whole batch.
result<std::vector<inbound>> decode_text(codec_id codec, const bytes_ptr& data,
                                         const decode_limits& limits);
/// Decodes a binary message: V2 kind 0. Kinds 3 and 4 are read, but refused. V1 has no binary
/// messages and accepts JSON in binary messages too, as Phoenix does. Fails with malformed_message.
result<std::vector<inbound>> decode_binary(codec_id codec, const bytes_ptr& data,
                                           const decode_limits& limits);

/// A phx_reply. A JSON response is a text message; a binary response is kind 1 in V2, and
/// payload_base64 in V1.
encoded_ptr encode_reply(wire_format format, const ref& join_ref, const ref& reference,
                         wire_name topic, reply_status status, payload_view response);
/// A push to one client, with its join_ref. `reference` is null, except in phx_close and phx_error,
/// where it equals join_ref. V1 has no join_ref and writes only `reference`, as `ref`.
encoded_ptr encode_push(wire_format format, const ref& join_ref, const ref& reference,
                        wire_name topic, std::string_view event, payload_view body);
/// A broadcast: the same bytes for every member with this format. The position `event_position` is
/// written if it is not null and the format has positions.
encoded_ptr encode_broadcast(wire_format format, wire_name topic, std::string_view event,
                             payload_view body, const timed_position* event_position);
/// A broadcast without position that the outbox may drop under pressure. With a conflation key, a
/// later message of the same topic, event and key replaces it while it is unsent; empty: no key.
encoded_ptr encode_ephemeral(wire_format format, wire_name topic, std::string_view event,
                             payload_view body, std::string_view conflation_key);

/// {"reason": "...", "code": n} for an error reply.
std::string error_response(errc code);
/// The same with another reason.
std::string error_response(errc code, std::string_view reason);

/// Number of messages that this thread has encoded. Tests check that a broadcast to N members with
/// K codecs encodes K messages.
std::uint64_t encodes_of_this_thread();

}  // namespace roost::net
