// SPDX-License-Identifier: Apache-2.0
// Finds the client's address behind trusted proxies, from X-Forwarded-For. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/base/cidr.hpp"

namespace roost::net::limits {

/// The proxies that may name a client. Owns: the networks of listen.trusted_proxies. Runs on: any
/// thread (it is immutable). Ends: with the node.
class trusted_proxies {
 public:
  explicit trusted_proxies(const std::vector<std::string>& networks);
  bool trusts(const address_bytes& address) const;

 private:
  std::vector<cidr> networks_;
};

/// The client's address. Reads the entries of `forwarded` (all X-Forwarded-For headers, joined by
/// commas) from right to left, and accepts an entry if the address that added it, at first `peer`,
/// is a trusted proxy. An address may have a port. At an entry that is not an address it stops and
/// returns the last accepted address.
address_bytes client_of(const address_bytes& peer, std::string_view forwarded,
                        const trusted_proxies& proxies);

}  // namespace roost::net::limits
