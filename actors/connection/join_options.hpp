// What a join may ask for in its payload (docs/protocol.md, "Join options"). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cluster/envelope.hpp"
#include "config/base/error.hpp"
#include "net/protocol/message.hpp"

namespace roost::actors {

struct join_options {
  std::optional<cluster::place> resume;
  std::optional<std::uint32_t> history;
  std::string meta;  ///< text of a JSON object without phx_ref and phx_ref_prev; empty: none given
};

/// Reads resume, history and meta from a join's payload. A payload that is no JSON object has none.
/// invalid_payload where one of them is garbage (another type, a negative number, an epoch that is
/// no string or longer than 255 bytes) or two keys are equal, payload_too_large for a meta over
/// `meta_bytes_max`.
result<join_options> join_options_of(const net::payload& what, std::uint32_t meta_bytes_max);
/// The token in the payload of a join or an access_token: what `token` or `access_token` says;
/// empty: none. invalid_payload where it is no string.
result<std::string> token_of(const net::payload& what);
/// The meta of presence_update's payload {"meta": {...}}; the same errors, and invalid_payload
/// where there is none.
result<std::string> meta_of(const net::payload& what, std::uint32_t meta_bytes_max);
/// The place in mark_read's payload {"epoch", "offset"}.
result<cluster::place> place_of(const net::payload& what);

}  // namespace roost::actors
