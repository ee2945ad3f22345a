// SPDX-License-Identifier: Apache-2.0
// Requests to the server API. The session reads nothing while it waits for the result.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "config/telemetry/log.hpp"
#include "net/http/admin_api/api_access.hpp"
#include "net/http/admin_api/api_request.hpp"
#include "net/http/http_session.hpp"

namespace roost::net::http {

namespace {

namespace beast_http = boost::beast::http;
using beast_http::field;

std::optional<std::string_view> header_in(const request_head& request, field which) {
  const auto found = request.find(which);
  if (found == request.end()) return std::nullopt;
  return std::string_view{found->value().data(), found->value().size()};
}

std::optional<std::string_view> header_in(const request_head& request, const char* which) {
  const auto found = request.find(which);
  if (found == request.end()) return std::nullopt;
  return std::string_view{found->value().data(), found->value().size()};
}

bool is_loopback(const address_bytes& peer) {
  static const auto v4 = *parse_cidr("127.0.0.0/8");
  static const auto v6 = *parse_cidr("::1");
  return contains(v4, peer) || contains(v6, peer);
}

api_caller caller_of(const request_head& request, const address_bytes& peer) {
  api_caller out;
  out.is_local_peer = is_loopback(peer);
  out.was_forwarded = request.count(field::forwarded) + request.count("X-Forwarded-For") != 0;
  if (request.count(field::host) == 1) out.host = header_in(request, field::host);
  out.origin = header_in(request, field::origin);
  out.content_type = header_in(request, field::content_type);
  out.authorization = header_in(request, field::authorization);
  out.fetch_site = header_in(request, "Sec-Fetch-Site");
  return out;
}

/// The first security-relevant header that occurs more than once; its value would be ambiguous.
/// find_framing_fault() checks Host.
const char* repeated_in(const request_head& request) {
  constexpr std::array unique_headers{"Origin", "Authorization", "Content-Type", "Sec-Fetch-Site",
                                      "Idempotency-Key"};
  const auto* const found = std::ranges::find_if(
      unique_headers, [&](const char* name) { return request.count(name) > 1; });
  return found == unique_headers.end() ? nullptr : *found;
}

api_method method_of(beast_http::verb verb) {
  if (verb == beast_http::verb::post) return api_method::post;
  return verb == beast_http::verb::get || verb == beast_http::verb::head ? api_method::get
                                                                         : api_method::other;
}

http_response response_for(const api_result& got, std::optional<api_route> which) {
  http_response out{200, json_type, got ? *got : std::string{}, {}};
  if (!got) out = http_error_response(got.failure().code, got.failure().detail);
  out.headers.append("Cache-Control: no-store\r\n");
  if (got) return out;
  const auto code = got.failure().code;
  if (code == errc::unauthenticated) out.headers.append("WWW-Authenticate: Bearer\r\n");
  if (code == errc::method_refused && which) {
    out.headers.append(is_change(*which) ? "Allow: POST\r\n" : "Allow: GET, HEAD\r\n");
  }
  return out;
}

}  // namespace

/// The checks that need only the header: a client that sends "Expect: 100-continue" gets their
/// result before it sends the body.
result<void> http_session::check_api_head(std::string_view path) {
  const auto& request = parser_->get();
  api_route_ = api_route_of(path);
  if (const auto* name = repeated_in(request)) {
    return error{errc::bad_request, std::string{name} + " is given twice"};
  }
  const bool fits = api_route_ && method_of(request.method()) == method_for(*api_route_);
  auto caller = caller_of(request, admission_.client());
  caller.is_change = fits && is_change(*api_route_);
  auto access = check_api_access(caller, home_.shared().config->admin.api_key);
  if (!access) return access.failure();
  if (!api_route_) return errc::not_found;
  return fits ? result<void>{} : result<void>{errc::method_refused};
}

result<void> http_session::check_admin_page(std::string_view path) const {
  const auto& shared = home_.shared();
  const auto caller = caller_of(parser_->get(), admission_.client());
  auto access = check_page_access(caller, shared.config->admin.api_key,
                                  shared.own_hosts_at(home_.home().now()));
  if (access) return access;
  constexpr std::size_t shown_bytes_max = 300;
  log::info("admin_page_refused", {{"peer", limits::text_of(admission_.client())},
                                   {"path", path.substr(0, shown_bytes_max)},
                                   {"host", caller.host->substr(0, shown_bytes_max)},
                                   {"why", access.failure().detail}});
  return access;
}

void http_session::serve_api(const request_target& target) {
  if (auto checked = check_api_head(target.path); !checked) return reply_api(checked.failure());
  auto& request = parser_->get();
  const raw_api_request call{method_of(request.method()), target.query, request.body(),
                             header_in(request, "Idempotency-Key")};
  auto parsed =
      read_api_request(*api_route_, call, home_.shared().config->limits.payload_bytes_max);
  if (!parsed) return reply_api(parsed.failure());
  request.body() = {};
  wait_for_api(std::move(*parsed));
}

void http_session::wait_for_api(api_request request) {
  phase_ = phase::waiting;
  self_ = shared_from_this();
  timer_node::cancel();
  home_.home().arm(*this, home_.shared().api->result_timeout());
  home_.shared().api->execute(
      std::move(request), home_.home(),
      [weak = weak_from_this(), number = ++api_requests_](const api_result& got) {
        const auto self = weak.lock();
        if (self && self->api_requests_ == number) self->api_finished(got);
      });
}

/// Ignores a result that arrives after the timeout or after the session has ended.
void http_session::api_finished(const api_result& got) {
  if (phase_ != phase::waiting) return;
  const auto keep = std::exchange(self_, nullptr);
  reply_api(got);
  proceed();
}

/// After a timeout a change may have been applied or not, so it fails with unknown_outcome.
void http_session::api_timed_out() {
  api_finished(is_change(*api_route_) ? errc::unknown_outcome : errc::unavailable);
}

void http_session::reply_api(const api_result& got) {
  const auto response = response_for(got, api_route_);
  const auto route = api_route_ ? name_of(*api_route_) : "other";
  home_.shared().probe.add(
      metrics::counter::api_requests,
      std::string{route} + "," + static_cast<char>('0' + response.status / 100) + "xx");
  if (got) {
    log::debug("api_request", {{"route", route}, {"status", response.status}});
  } else {
    const auto& failed = got.failure();
    log::info("api_refused", {{"route", route},
                              {"peer", limits::text_of(admission_.client())},
                              {"status", response.status},
                              {"reason", reason_of(failed.code)},
                              {"why", failed.detail.empty() ? row_of(failed.code).meaning
                                                            : std::string_view{failed.detail}}});
  }
  reply(response, parser_->get().keep_alive() && parser_->is_done());
}

}  // namespace roost::net::http
