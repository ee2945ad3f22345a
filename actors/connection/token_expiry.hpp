// SPDX-License-Identifier: Apache-2.0
// State machine for the expiry of a connection's token. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "config/base/clock.hpp"
#include "net/auth/claims.hpp"

namespace roost::actors {

/// Phases: first token awaited, valid, grace period, over. Times are Unix time in milliseconds.
/// Owns: the phase and its deadline. Runs on: the connection's loop. Ends: with its connection.
class token_expiry {
 public:
  enum class step : std::uint8_t {
    wait,      ///< nothing is due
    warn,      ///< the token has expired: the grace period for a new one begins
    end,       ///< the grace period is over without a new token
    no_token,  ///< the first token has not come in time
  };
  /// Starts the wait for the first token, with this timeout.
  void await_first(std::int64_t now_ms, milliseconds timeout);
  /// Replaces the token. True: the previous one was in its grace period.
  bool renew(const net::auth::token_claims& token);
  /// Returns the step that is due and enters the next phase. `grace`: length of the grace period.
  step tick(std::int64_t now_ms, milliseconds grace);
  /// Time until the next tick; none: no tick is needed. At most one hour, because the system clock
  /// may be changed.
  std::optional<milliseconds> wait(std::int64_t now_ms) const;

 private:
  enum class phase : std::uint8_t { first, valid, grace, over };
  phase phase_ = phase::valid;
  std::optional<std::int64_t> due_ms_;
};

}  // namespace roost::actors
