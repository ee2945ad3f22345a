// SPDX-License-Identifier: Apache-2.0
// An asynchronous HTTP client: libcurl on an event loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "config/base/error.hpp"
#include "net/http/client/http_exchange.hpp"

namespace roost::net::http {

/// Sends requests over HTTP/1.1 or, if a TLS server offers it, HTTP/2, and reuses connections.
/// Follows no redirects and uses no proxy. TLS requires version 1.2 and a trusted certificate that
/// names the host. libcurl looks up names on threads of its own.
/// Owns: its connections and requests; nothing before the first send(). Runs on: the thread of its
/// context. Ends: any time, also within a listener; then no listener is called any more. Does not
/// wait for a running name lookup, whose thread ends by itself.
class http_client {
 public:
  using request_id = std::uint64_t;
  /// Maximum number of open connections. Further requests wait, and their timeout runs.
  static constexpr long connections_max = 8;
  /// Maximum number of requests without an answer.
  static constexpr std::size_t requests_max = 64;

  explicit http_client(boost::asio::io_context& context);
  ~http_client();
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  /// Calls `on_answer` once, after send() has returned. Fails with bad_request if the URL is
  /// invalid and with overloaded if requests_max requests wait; `on_answer` is then not called.
  result<request_id> send(http_request request, http_listener on_answer);
  /// Ends a request without calling its listener. Ignores an id that has ended.
  void cancel(request_id id);

 private:
  class transfer_set;
  std::shared_ptr<transfer_set> transfers_;
};

}  // namespace roost::net::http
