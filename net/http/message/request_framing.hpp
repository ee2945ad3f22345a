// SPDX-License-Identifier: Apache-2.0
// Rejects requests whose length or host is ambiguous, to prevent request smuggling. Pure.
#pragma once

#include <boost/beast/http/message.hpp>
#include <optional>
#include <string_view>

namespace roost::net::http {

using request_head = boost::beast::http::request_header<>;

/// A fault that closes the connection, because the start of the next request is unknown.
struct framing_fault {
  unsigned status = 400;  ///< 501 for a transfer coding other than chunked
  std::string_view message;
};

/// Whether a header line is folded over several lines (RFC 9112, section 5.2). Beast unfolds them
/// silently, so this checks the raw bytes. `lines` must end at the end of a line.
bool has_folded_line(std::string_view lines);

/// The first fault, or nullopt. A proxy that parses such a request differently would let a client
/// smuggle a second request past it (RFC 9112, section 11.2).
std::optional<framing_fault> find_framing_fault(const request_head& head);

/// Replaces Host by the authority of a target in absolute form (RFC 9112, section 3.2.2). Requires
/// a head without a fault.
void apply_absolute_target(request_head& head);

}  // namespace roost::net::http
