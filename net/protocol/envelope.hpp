// From the raw parts of a text message to a message: what V1 and V2 have in common.
#pragma once

#include "net/protocol/codec.hpp"
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

/// Where a message stands: in which bytes, and whether check_json() has seen all of them. Too deep
/// a text could not be checked as a whole; then each part is checked by itself.
struct envelope_source {
  const bytes_ptr& whole;
  bool is_checked = true;
};

/// Holds the parts to the limits and fills `out` with them; gives none or malformed_message. A name
/// with control characters is malformed; one that is only too long is refused (out.refused), and
/// kept, as an answer must repeat it.
errc read_envelope(const raw_envelope& raw, const envelope_source& from,
                   const decode_limits& limits, inbound& out);

}  // namespace roost::net
