// SPDX-License-Identifier: Apache-2.0
// Rate limits of one connection. Pure, except for locks around the buckets that connections share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "actors/connection/request_kind.hpp"
#include "config/base/cidr.hpp"
#include "config/base/clock.hpp"
#include "config/schema/settings.hpp"
#include "config/telemetry/metrics.hpp"
#include "net/limits/address_key.hpp"
#include "net/limits/bucket_table.hpp"
#include "net/limits/token_bucket.hpp"

namespace roost::actors {

/// Rate limits that the connections of a node share. Owns: the token buckets of users and
/// addresses. Runs on: any thread. Ends: with its node.
struct shared_rates {
  explicit shared_rates(metrics& probe) : users(probe), addresses(probe) {}
  net::limits::bucket_table<std::string> users;
  net::limits::bucket_table<net::limits::address_key, net::limits::address_hash> addresses;
};

/// Rate limits of one connection, created at the first message that they count. Owns: its token
/// buckets and the count of its error replies in the current minute. Runs on: the connection's
/// loop. Ends: with the connection.
class rate_gate {
 public:
  /// The client. An empty user is anonymous and has no user rate.
  struct requester {
    std::string_view user;
    const address_bytes& address;
  };
  /// Takes `cost` from the buckets. Returns empty if the message may pass, else the metric label of
  /// the rate that it exceeds.
  std::string_view check(request_cost cost, const requester& by,
                         const settings::rate_settings& rates, shared_rates& shared,
                         time_point now);
  /// Counts one error reply. True: there were more than `max` in one minute (`max` 0: no limit).
  /// The minute starts at its first error reply.
  bool count_refusal(std::uint32_t max, time_point now);

 private:
  net::limits::token_bucket messages_;
  net::limits::token_bucket joins_;
  time_point window_start_{};
  std::uint32_t refusals_ = 0;
};

}  // namespace roost::actors
