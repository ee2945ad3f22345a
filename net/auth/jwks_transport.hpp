// How a key set is fetched, as jwks_fetcher sees it.
#pragma once

#include <string>

#include "net/auth/jwks_source.hpp"

namespace roost::net::auth {

/// Owns: what it fetches with. Runs on: get() on one thread, cancel() on any. Ends: after cancel(),
/// when get() has returned.
class jwks_transport {
 public:
  virtual ~jwks_transport() = default;
  /// Blocks for a bounded time. `etag` goes out as If-None-Match unless it is empty.
  virtual jwks_answer get(const std::string& etag) = 0;
  /// A get() returns at once, now and ever after.
  virtual void cancel() = 0;
};

}  // namespace roost::net::auth
