// SPDX-License-Identifier: Apache-2.0
// Checks the raw JSON parts of a V1 or V2 text message and decodes them into a message. Pure.
#pragma once

#include "config/base/error.hpp"
#include "net/protocol/inbound.hpp"
#include "net/protocol/json/json_check.hpp"
#include "net/protocol/json/json_cursor.hpp"

namespace roost::net {

/// The JSON text of the five parts of a message. join_ref is empty if it was missing.
struct raw_message {
  raw_json join_ref;
  raw_json reference;
  raw_json topic;
  raw_json event;
  raw_json body;
};

/// The bytes that contain a message, and the result of check_json() for them. If that is not valid,
/// each part is checked separately, because only one of them may be invalid.
struct message_source {
  const bytes_ptr& whole;
  json_state state = json_state::valid;
};

/// Fills `out` with the parts and checks the limits. Returns malformed_message if a part is not
/// JSON, otherwise errc::none; then `out.refused` is the reason if the message is refused. Refs and
/// topic are set even then, because an error reply repeats them.
errc read_message(const raw_message& raw, const message_source& from, const decode_limits& limits,
                  inbound& out);

}  // namespace roost::net
