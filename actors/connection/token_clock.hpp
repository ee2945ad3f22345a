// What becomes of a link's token as time passes. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "config/base/clock.hpp"
#include "net/auth/claims.hpp"

namespace roost::actors {

/// Moments are Unix time in milliseconds, as exp is.
/// Owns: two moments. Runs on: the link's loop. Ends: with its connection.
class token_clock {
 public:
  enum class step : std::uint8_t {
    wait,      ///< nothing is due
    warn,      ///< the token is over: the client has so long to send another
    end,       ///< and has sent none
    no_token,  ///< none has come in time
  };
  /// Nothing works until a token comes, and it must come within `most`.
  void await_first(std::int64_t now_ms, milliseconds most);
  /// This token counts from now on. True: the one before was over.
  bool renew(const net::auth::token_claims& token);
  /// What is due, once; `grace` is what a warning gives.
  step tick(std::int64_t now_ms, milliseconds grace);
  /// When to tick; none: never. Never later than an hour, as somebody may set the clock.
  std::optional<milliseconds> wait(std::int64_t now_ms) const;

 private:
  enum class phase : std::uint8_t { first, valid, grace, over };
  phase now_ = phase::valid;
  std::optional<std::int64_t> due_ms_;
};

}  // namespace roost::actors
