// SPDX-License-Identifier: Apache-2.0
// Parses one request from the input and makes the checks that need only its header.
#include <sys/socket.h>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <iterator>
#include <string>
#include <utility>

#include "config/telemetry/log.hpp"
#include "net/http/http_session.hpp"
#include "net/http/message/request_framing.hpp"
#include "net/http/message/request_target.hpp"

namespace roost::net::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::system::error_code;

}  // namespace

/// Returns true if a request was served or refused, false if more bytes are needed.
bool http_session::next_request() {
  if (input_.empty()) return false;
  if (admission_.awaits_header())
    return is_admitted(admission_.read_header(input_, home_.home().now()));
  if (!parser_ && !begin_request()) return false;
  if (!parser_->is_header_done()) {
    if (!read_head()) return phase_ != phase::reading;
    if (!check_expectation()) return true;
  }
  if (!parser_->is_done() && !input_.empty() && !parse()) return phase_ != phase::reading;
  if (!parser_->is_done()) return false;
  discard_trailers();
  dispatch();
  return true;
}

/// Skips empty lines before a request (RFC 9112, section 2.2). Returns false if nothing follows.
bool http_session::begin_request() {
  std::size_t skipped = 0;
  while (input_.compare(skipped, 2, "\r\n") == 0) skipped += 2;
  input_.erase(0, skipped);
  if (input_.empty() || input_ == "\r") return false;
  parser_.emplace();
  parser_->header_limit(header_bytes_max);
  parser_->body_limit(body_limit());
  return true;
}

/// Returns false if more bytes are needed or the request was refused.
bool http_session::parse() {
  error_code failed;
  const auto consumed = parser_->put(boost::asio::buffer(input_), failed);
  const bool is_folded = !parser_->eager() && has_folded_line({input_.data(), consumed});
  input_.erase(0, consumed);
  // Beast limits headers and bodies, but neither chunk extensions nor trailers.
  if (failed == beast_http::error::need_more) {
    failed = {};
    if (input_.size() > header_bytes_max) failed = beast_http::error::header_limit;
    if (!failed && !is_folded) return false;
  }
  if (failed) return refuse_input(failed), false;
  if (is_folded) return refuse_head({400, "a header line is folded"}), false;
  return true;
}

/// Parses and checks the header; only then may Beast parse the body (eager).
bool http_session::read_head() {
  if (!parse() || !parser_->is_header_done()) return false;
  auto& head = parser_->get().base();
  if (const auto fault = find_framing_fault(head)) return refuse_head(*fault), false;
  apply_absolute_target(head);
  header_fields_ = static_cast<std::size_t>(std::distance(head.begin(), head.end()));
  parser_->eager(true);
  return true;
}

/// Beast appends trailer fields to the header fields. Neither this server nor a proxy has checked
/// them, so they are discarded (RFC 9110, section 6.5.1).
void http_session::discard_trailers() {
  auto& head = parser_->get().base();
  auto count = static_cast<std::size_t>(std::distance(head.begin(), head.end()));
  for (; count > header_fields_; --count) head.erase(std::prev(head.end()));
}

/// Answers "Expect: 100-continue": such a client waits for the answer before it sends the body (RFC
/// 9110, section 10.1.1). Returns false if the final response was sent or the session ended.
bool http_session::check_expectation() {
  const auto& request = parser_->get();
  const auto found = request.find(beast_http::field::expect);
  if (found == request.end() || request.version() < 11) return true;
  if (!boost::beast::iequals(found->value(), "100-continue")) {
    has_unread_ = true;
    auto out = http_error_response(errc::bad_request,
                                   "the only supported value of Expect is 100-continue");
    out.status = 417;
    reply(out, false);
    return false;
  }
  if (parser_->is_done() || !input_.empty()) return true;
  const auto target = split_target({request.target().data(), request.target().size()});
  const bool is_page = !is_api_request(target);  // neither pages nor upgrades take a body
  const auto checked = is_page ? result<void>{} : check_api_head(target.path);
  if (is_page || !checked) {
    has_unread_ = true;
    end_pending();
    is_page ? serve_page(target.path) : reply_api(checked.failure());
    return false;
  }
  constexpr std::string_view interim = "HTTP/1.1 100 Continue\r\n\r\n";
  const auto sent = ::send(socket_.native_handle(), interim.data(), interim.size(), MSG_NOSIGNAL);
  // The send buffer is full only if the client has not read earlier responses.
  if (sent != static_cast<ssize_t>(interim.size())) end();
  return phase_ == phase::reading;
}

void http_session::refuse_input(const error_code& why) {
  has_unread_ = true;
  if (why == beast_http::error::header_limit)
    return reply(http_error_response(errc::header_too_big), false);
  if (why == beast_http::error::body_limit) {
    return reply(http_error_response(errc::payload_too_large), false);
  }
  reply(http_error_response(errc::bad_request), false);
}

void http_session::refuse_head(const framing_fault& fault) {
  has_unread_ = true;
  log::info("malformed_request",
            {{"peer", limits::text_of(admission_.client())}, {"why", fault.message}});
  auto out = http_error_response(errc::bad_request, fault.message);
  out.status = fault.status;
  reply(out, false);
}

}  // namespace roost::net::http
