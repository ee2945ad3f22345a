// SPDX-License-Identifier: Apache-2.0
// Schedules the fetches of a JWK Set and evaluates the responses. Pure; see jwks_fetcher.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "config/base/clock.hpp"
#include "config/base/error.hpp"
#include "net/auth/jwks.hpp"

namespace roost::net::auth {

struct jwks_timing {
  milliseconds refresh{300'000};   ///< delay after a successful fetch
  milliseconds early_min{30'000};  ///< minimum interval of early fetches due to unknown keys
  milliseconds retry_min{1'000};   ///< backoff after a failure; doubles with each
  milliseconds retry_max{60'000};
};

/// An HTTP response, or the reason why there is none.
struct jwks_response {
  int status = 0;  ///< HTTP status; 0: no response
  std::string body;
  std::string etag;
  std::string why;  ///< the reason; only with status 0
};

/// The result of a fetch, for the log.
struct jwks_report {
  bool is_good = false;
  bool is_new = false;  ///< a new set was read; false after 304 Not Modified
  std::size_t keys = 0;
  std::size_t skipped = 0;
  std::string why;  ///< why the fetch failed; the previous keys then stay in use
};

/// Decides when to fetch: periodic refresh, exponential backoff after failures, early fetches.
/// Owns: the last good keys and the time of the next fetch. Runs on: one thread at a time.
/// Ends: with its owner.
class jwks_source {
 public:
  explicit jwks_source(jwks_timing timing = {}) : timing_(timing) {}

  /// Time of the next fetch; time_point::max() while a fetch is running.
  time_point due() const { return is_fetching_ ? time_point::max() : due_; }
  /// Call when a fetch starts. Returns the ETag for its If-None-Match header; empty: send none.
  const std::string& begin(time_point now);
  /// Call with the result of the fetch that begin() started.
  jwks_report finish(const jwks_response& response, time_point now);
  /// Call if a token names an unknown key: the issuer may have rotated its keys. Schedules an early
  /// fetch, at most one within `early_min`, so that bad tokens cannot flood the issuer.
  void key_was_unknown(time_point now);
  /// Schedules a fetch immediately, without a rate limit, or right after the running fetch. For a
  /// reload by an operator.
  void fetch_now(time_point now);

  /// The last good keys; null until the first successful fetch.
  std::shared_ptr<const key_set> keys() const { return keys_; }

 private:
  result<jwks_report> take(const jwks_response& response);
  void schedule_early_fetch(time_point now);

  jwks_timing timing_;
  time_point due_ = time_point::min();  // the first fetch is due immediately
  time_point fetch_began_ = time_point::min();
  milliseconds retry_{0};
  bool is_fetching_ = false;
  bool wants_early_fetch_ = false;  ///< key_was_unknown() was called during a fetch
  bool wants_fetch_now_ = false;    ///< fetch_now() was called during a fetch
  std::string etag_;
  std::shared_ptr<const key_set> keys_;
};

}  // namespace roost::net::auth
