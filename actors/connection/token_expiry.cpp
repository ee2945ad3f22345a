// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/token_expiry.hpp"

#include <algorithm>

namespace roost::actors {

namespace {

constexpr milliseconds wait_max{3'600'000};

}  // namespace

void token_expiry::await_first(std::int64_t now_ms, milliseconds timeout) {
  phase_ = phase::first;
  due_ms_ = now_ms + timeout.count();
}

bool token_expiry::renew(const net::auth::token_claims& token) {
  const bool was_over = phase_ == phase::grace;
  phase_ = phase::valid;
  due_ms_ = token.expires_ms;
  return was_over;
}

token_expiry::step token_expiry::tick(std::int64_t now_ms, milliseconds grace) {
  if (!due_ms_ || now_ms < *due_ms_) return step::wait;
  if (phase_ == phase::valid) {
    phase_ = phase::grace;
    due_ms_ = now_ms + grace.count();
    return step::warn;
  }
  const auto out = phase_ == phase::first ? step::no_token : step::end;
  phase_ = phase::over;
  due_ms_.reset();
  return out;
}

std::optional<milliseconds> token_expiry::wait(std::int64_t now_ms) const {
  if (!due_ms_) return std::nullopt;
  return std::clamp(milliseconds{*due_ms_ - now_ms}, milliseconds{0}, wait_max);
}

}  // namespace roost::actors
