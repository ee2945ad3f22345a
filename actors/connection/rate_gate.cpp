// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/rate_gate.hpp"

#include <chrono>

namespace roost::actors {
namespace {

constexpr std::chrono::minutes window{1};

}  // namespace

std::string_view rate_gate::check(request_cost cost, const requester& by,
                                  const settings::rate_settings& rates, shared_rates& shared,
                                  time_point now) {
  if (cost == request_cost::nothing) return {};
  if (cost == request_cost::join) {
    if (!joins_.take(rates.connection.joins, now)) return "connection,joins";
  } else if (!messages_.take(rates.connection.messages, now)) {
    return "connection,messages";
  }
  // Look up the shared tables only if a rate is set: a lookup takes a lock and copies the key.
  if (rates.user.messages.per_second != 0 && !by.user.empty() &&
      shared.users.take(std::string{by.user}, rates.user.messages, now).count() != 0) {
    return "user,messages";
  }
  if (rates.address.messages.per_second != 0 &&
      shared.addresses.take(net::limits::key_of(by.address), rates.address.messages, now).count() !=
          0) {
    return "address,messages";
  }
  return {};
}

bool rate_gate::count_refusal(std::uint32_t max, time_point now) {
  if (max == 0) return false;
  if (refusals_ == 0 || now - window_start_ >= window) {
    window_start_ = now;
    refusals_ = 0;
  }
  return ++refusals_ > max;
}

}  // namespace roost::actors
