// SPDX-License-Identifier: Apache-2.0
// Reads options from the payloads of client messages (docs/protocol.md, "Join options"). Pure.
#pragma once

#include <cstdint>
#include <string>

#include "actors/messages/join_options.hpp"
#include "cluster/envelope.hpp"
#include "config/base/error.hpp"
#include "net/protocol/message.hpp"

namespace roost::actors {

/// Reads resume, history and meta from a join's payload. A payload that is no JSON object has none.
/// Errors: invalid_payload if one of them is invalid (wrong type, a negative number, an epoch that
/// is no string or is longer than 255 bytes) or if two keys are equal; payload_too_large if the
/// meta exceeds `meta_bytes_max`.
result<join_options> join_options_of(const payload& payload, std::uint32_t meta_bytes_max);
/// The token in the payload of a join or an access_token event: the first non-empty value of
/// `token` and `access_token`; empty: no token. Error: invalid_payload if it is no string.
result<std::string> token_of(const payload& payload);
/// The meta in the payload of presence_update, {"meta": {...}}. Errors as in join_options_of(), and
/// invalid_payload if there is no meta.
result<std::string> meta_of(const payload& payload, std::uint32_t meta_bytes_max);
/// The position in the payload of mark_read, {"epoch", "offset"}.
result<position> position_of(const payload& payload);

}  // namespace roost::actors
