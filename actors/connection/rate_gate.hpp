// How much a connection may still say. Pure but for the locks of what connections share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "actors/connection/request_kind.hpp"
#include "config/base/clock.hpp"
#include "config/base/metrics.hpp"
#include "config/cidr.hpp"
#include "config/settings.hpp"
#include "net/limits/address_key.hpp"
#include "net/limits/bucket_table.hpp"
#include "net/limits/token_bucket.hpp"

namespace roost::actors {

/// What the connections of a node have in common. Owns: the buckets of users and of addresses.
/// Runs on: any thread. Ends: with its node.
struct shared_rates {
  explicit shared_rates(metrics& probe) : users(probe), addresses(probe) {}
  net::limits::bucket_table<std::string> users;
  net::limits::bucket_table<net::limits::address_key, net::limits::address_hash> addresses;
};

/// Owns: a connection's own buckets, and its refusals of the running minute. Runs on: the
/// connection's loop. Ends: with it. Made when the connection first says what costs something.
class rate_gate {
 public:
  /// Who asks; no user: anonymous, without a rate of its own.
  struct whose {
    std::string_view user;
    const address_bytes& address;
  };
  /// Empty: it may pass, and has been paid. Else the rate that it is over, as its metric labels it.
  std::string_view check(request_cost cost, const whose& who, const settings::rate_settings& rates,
                         shared_rates& shared, time_point now);
  /// One more was refused, for whatever reason. True: more than `most` within a minute; 0: no
  /// limit. The minute begins with the first.
  bool refused(std::uint32_t most, time_point now);

 private:
  net::limits::token_bucket messages_;
  net::limits::token_bucket joins_;
  time_point minute_{};
  std::uint32_t refusals_ = 0;
};

}  // namespace roost::actors
