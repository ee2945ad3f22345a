// Fetches a key set over HTTP or HTTPS.
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
  milliseconds timeout{10'000};  ///< from the name's look-up to the last byte
  std::string ca_file;           ///< PEM; empty: the system's store
  name_resolver resolve = resolve_by_system;
};

/// One GET at a time, each on a connection of its own. Redirects are not followed, a body is at
/// most jwks_bytes_max, and over TLS the certificate must be trusted and name the host.
/// Owns: its sockets. Runs on: see jwks_transport. Ends: see there; no look-up of a name is waited
/// for.
class https_transport final : public jwks_transport {
 public:
  /// Fails with bad_setting for an address that is none, or a `ca_file` that cannot be read.
  static result<std::unique_ptr<https_transport>> open(std::string_view address,
                                                       const https_options& options = {});

  jwks_answer get(const std::string& etag) override;
  void cancel() override;

 private:
  template <class Stream, class... Args>
  jwks_answer run(const std::string& etag, Args&... made_of);
  https_transport(url where, const https_options& options)
      : where_(std::move(where)), timeout_(options.timeout), resolve_(options.resolve) {}

  url where_;
  milliseconds timeout_;
  name_resolver resolve_;
  boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_client};
  boost::asio::io_context context_;
  std::atomic<bool> is_cancelled_ = false;
};

}  // namespace roost::net::auth
