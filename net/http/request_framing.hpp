// Whether the head of a request can be read in one way only: where its body ends, and which host it
// is for. A server and a proxy that read it differently let a client smuggle requests past the
// proxy (RFC 9112, section 11.2). Pure.
#pragma once

#include <boost/beast/http/message.hpp>
#include <optional>
#include <string_view>

namespace roost::net::http {

using request_head = boost::beast::http::request_header<>;

/// Ends the connection: nobody can tell where the next request begins.
struct framing_fault {
  unsigned status = 400;  ///< or 501 for a transfer coding other than chunked
  std::string_view message;
};

/// Whether a line of a head continues the one before (RFC 9112, section 5.2). Beast unfolds such
/// lines without a word, so the bytes are asked before they are gone. Takes whole lines.
bool has_folded_line(std::string_view lines);

/// Nothing where the head is fine.
std::optional<framing_fault> find_framing_fault(const request_head& head);

/// The authority of a target in absolute form takes the place of Host (RFC 9112, section 3.2.2).
/// Call on a head without a fault.
void apply_absolute_target(request_head& head);

}  // namespace roost::net::http
