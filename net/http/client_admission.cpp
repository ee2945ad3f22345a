// SPDX-License-Identifier: Apache-2.0
#include "net/http/client_admission.hpp"

#include <algorithm>
#include <chrono>

#include "config/telemetry/log.hpp"
#include "net/http/http_server_context.hpp"
#include "net/limits/proxy_header.hpp"

namespace roost::net::http {
namespace {

std::string joined_forwarded(const boost::beast::http::request_header<>& request) {
  const auto [first, last] = request.equal_range("X-Forwarded-For");
  std::string out;
  for (auto at = first; at != last; ++at) {
    if (at != first) out.push_back(',');
    out.append(at->value().data(), at->value().size());
  }
  return out;
}

}  // namespace

client_admission::client_admission(const http_server_context& shared, port_role role,
                                   const address_bytes& peer)
    : shared_(shared),
      peer_(peer),
      client_(peer),
      awaits_header_(role == port_role::public_port && shared.config->listen.proxy_protocol),
      is_rate_limited_(role == port_role::public_port) {}

client_admission::admission_result client_admission::begin(time_point now) {
  if (!awaits_header_) return peer_known(now);
  return shared_.proxies.trusts(peer_) ? admission_result::go_on : admission_result::header_refused;
}

client_admission::admission_result client_admission::read_header(std::string& input,
                                                                 time_point now) {
  const auto found = limits::read_proxy_header(input);
  if (found.state == limits::proxy_header::parse_state::need_more)
    return admission_result::need_more;
  if (found.state == limits::proxy_header::parse_state::invalid)
    return admission_result::header_refused;
  awaits_header_ = false;
  input.erase(0, found.bytes);
  if (found.source) peer_ = client_ = *found.source;
  return peer_known(now);
}

/// The peer address is final: count a client's connect now, a trusted proxy's at each upgrade.
client_admission::admission_result client_admission::peer_known(time_point now) {
  is_trusted_ = shared_.proxies.trusts(peer_);
  return is_trusted_ || !is_rate_limited_ ? admission_result::go_on : connect(now);
}

client_admission::admission_result client_admission::upgrade(
    const boost::beast::http::request_header<>& request, time_point now) {
  if (!is_trusted_) return admission_result::go_on;
  client_ = limits::client_of(peer_, joined_forwarded(request), shared_.proxies);
  return connect(now);
}

client_admission::admission_result client_admission::connect(time_point now) {
  const auto wait =
      shared_.connects.take(limits::key_of(client_), shared_.config->rates.address.connects, now);
  if (wait.count() == 0) return admission_result::go_on;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  retry_s_ = static_cast<std::uint32_t>(std::max<std::int64_t>(seconds, 1));
  return admission_result::too_many;
}

http_response client_admission::refusal(admission_result why) const {
  const auto code =
      why == admission_result::too_many ? errc::too_many_connects : errc::proxy_header_refused;
  shared_.probe.add(metrics::counter::handshakes_refused, row_of(code).name);
  log::info("connect_refused", {{"peer", limits::text_of(client_)}, {"reason", row_of(code).name}});
  auto out = http_error_response(code);
  if (why != admission_result::too_many) return out;
  shared_.probe.add(metrics::counter::rate_refusals, "address,connects");
  out.headers = "Retry-After: " + std::to_string(retry_s_) + "\r\n";
  return out;
}

}  // namespace roost::net::http
