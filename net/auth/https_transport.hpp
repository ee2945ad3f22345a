// SPDX-License-Identifier: Apache-2.0
// Fetches a JWK Set over HTTP or HTTPS.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "config/base/clock.hpp"
#include "config/base/error.hpp"
#include "net/auth/jwks_transport.hpp"
#include "net/auth/name_lookup.hpp"
#include "net/auth/url.hpp"

namespace roost::net::auth {

struct https_options {
  milliseconds timeout{10'000};  ///< for the whole fetch: name lookup to last byte
  std::string ca_file;           ///< PEM; empty: the system's trust store
  name_resolver resolve = resolve_by_system;
};

/// Does one GET at a time, each on a new connection. Redirects are not followed. A body over
/// jwks_bytes_max is an error. TLS requires a trusted certificate that names the host.
/// Owns: its sockets. Runs on: see jwks_transport. Ends: see jwks_transport; it does not wait for a
/// name lookup that is still running.
class https_transport final : public jwks_transport {
 public:
  /// Fails with bad_setting if `address` is not an http(s) URL or `ca_file` cannot be read.
  static result<std::unique_ptr<https_transport>> open(std::string_view address,
                                                       const https_options& options = {});

  jwks_response get(const std::string& etag) override;
  void cancel() override;

 private:
  template <class Stream, class... Args>
  jwks_response run(const std::string& etag, Args&... stream_args);
  https_transport(url target, const https_options& options)
      : url_(std::move(target)), timeout_(options.timeout), resolve_(options.resolve) {}

  url url_;
  milliseconds timeout_;
  name_resolver resolve_;
  boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_client};
  boost::asio::io_context context_;
  std::atomic<bool> is_cancelled_ = false;
};

}  // namespace roost::net::auth
