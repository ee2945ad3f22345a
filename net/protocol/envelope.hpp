// From the raw parts of a text message to a message: what V1 and V2 have in common.
#pragma once

#include "net/protocol/codec.hpp"
#include "net/protocol/json_check.hpp"
#include "net/protocol/json_cursor.hpp"

namespace roost::net {

/// The five parts of a message as they stand in its text. An empty join_ref was not given.
struct raw_envelope {
  raw_json join_ref;
  raw_json reference;
  raw_json topic;
  raw_json event;
  raw_json body;
};

/// Where a message stands: in which bytes, and what check_json() says of all of them. Where that is
/// not valid, each part is checked by itself: only one of them may be at fault.
struct envelope_source {
  const bytes_ptr& whole;
  json_state state = json_state::valid;
};

/// Fills `out` with the parts and holds them to the limits. Gives malformed_message where a part is
/// no JSON, else none; then `out.refused` says why the message cannot be served, if so. Its refs
/// and its topic are kept in any case, as an answer must repeat them.
errc read_envelope(const raw_envelope& raw, const envelope_source& from,
                   const decode_limits& limits, inbound& out);

}  // namespace roost::net
