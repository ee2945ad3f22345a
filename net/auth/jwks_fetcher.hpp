// SPDX-License-Identifier: Apache-2.0
// Background thread that fetches a JWK Set at once and refreshes it periodically.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "net/auth/jwks_source.hpp"
#include "net/http/client/http_client.hpp"

namespace roost::net::auth {

/// The request for the key set at `url`.
http::http_request jwks_request(const std::string& url);

/// Drives a jwks_source with an http_client on a thread of its own: the check of a key takes
/// milliseconds, and a set has up to 100 keys, so a loop would stand still for too long.
/// Owns: that thread. Runs on: any thread may call. Ends: with its destructor, which cancels a
/// running fetch and joins the thread.
class jwks_fetcher {
 public:
  /// Called after each fetch on the fetcher's thread, with the current keys (null: none so far).
  using listener =
      std::function<void(const jwks_report&, const std::shared_ptr<const key_set>& keys)>;

  /// Starts the first fetch at once; jwks_source schedules the following ones.
  jwks_fetcher(http::http_request request, listener on_report, jwks_timing timing = {});
  jwks_fetcher(const jwks_fetcher&) = delete;
  jwks_fetcher& operator=(const jwks_fetcher&) = delete;
  ~jwks_fetcher();

  /// Like the functions of jwks_source. Any thread.
  void key_was_unknown();
  void fetch_now();

 private:
  void arm();
  void fetch();
  void finish(const result<http::http_client_response>& answer);

  const http::http_request request_;
  const listener on_report_;
  std::atomic<bool> is_unknown_posted_{false};
  boost::asio::io_context context_{1};
  // Only the thread uses these.
  jwks_source source_;
  boost::asio::steady_timer timer_{context_};
  http::http_client client_{context_};
  std::thread thread_;
};

}  // namespace roost::net::auth
