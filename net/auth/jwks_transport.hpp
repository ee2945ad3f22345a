// SPDX-License-Identifier: Apache-2.0
// Interface through which jwks_fetcher fetches a JWK Set.
#pragma once

#include <string>

#include "net/auth/jwks_source.hpp"

namespace roost::net::auth {

/// Owns: its sockets. Runs on: get() on one thread, cancel() on any. Ends: destroy it after
/// cancel(), when get() has returned.
class jwks_transport {
 public:
  virtual ~jwks_transport() = default;
  /// Blocks for a bounded time. A nonempty `etag` is sent as If-None-Match.
  virtual jwks_response get(const std::string& etag) = 0;
  /// Makes a running get() and every later one return at once.
  virtual void cancel() = 0;
};

}  // namespace roost::net::auth
