// SPDX-License-Identifier: Apache-2.0
// Finds a new client's address behind proxies and rate-limits its connects.
#pragma once

#include <boost/beast/http/message.hpp>
#include <cstdint>
#include <string>

#include "config/base/cidr.hpp"
#include "config/base/clock.hpp"
#include "net/http/message/http_response.hpp"

namespace roost::net::http {

struct http_server_context;
enum class port_role : std::uint8_t;

/// Decides whether a new connection is served. Owns: the client's address, as far as it is known.
/// Runs on: its session's loop. Ends: with its session.
///
/// A connect counts against the rate limit at once, or after the PROXY header if the port expects
/// one. Connections from a trusted proxy carry many clients, so there each upgrade counts instead.
/// The admin port has no rate limit.
class client_admission {
 public:
  enum class admission_result : std::uint8_t {
    go_on,
    need_more,       ///< the PROXY header is incomplete
    too_many,        ///< over the limit rates.address.connects
    header_refused,  ///< PROXY header missing, malformed, or from an untrusted peer
  };
  client_admission(const http_server_context& shared, port_role role, const address_bytes& peer);

  /// Call before the first read.
  admission_result begin(time_point now);
  bool awaits_header() const { return awaits_header_; }
  /// Parses the PROXY header at the front of `input` and removes it.
  admission_result read_header(std::string& input, time_point now);
  /// Call for each upgrade request. Reads its X-Forwarded-For if the peer is a trusted proxy.
  admission_result upgrade(const boost::beast::http::request_header<>& request, time_point now);
  /// The response for an admission_result that ends the connection; counts and logs the refusal.
  http_response refusal(admission_result why) const;
  const address_bytes& client() const { return client_; }

 private:
  admission_result peer_known(time_point now);
  admission_result connect(time_point now);

  const http_server_context& shared_;
  address_bytes peer_;    ///< from the socket, or from the PROXY header
  address_bytes client_;  ///< same as peer_, or from the last X-Forwarded-For
  std::uint32_t retry_s_ = 1;
  bool awaits_header_;
  bool is_rate_limited_;
  bool is_trusted_ = false;
};

}  // namespace roost::net::http
