// Who is behind proxies that are trusted, by their X-Forwarded-For. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/cidr.hpp"

namespace roost::net::limits {

/// Owns: networks, as listen.trusted_proxies names them. Runs on: any thread (it does not change).
/// Ends: with the node.
class trusted_proxies {
 public:
  explicit trusted_proxies(const std::vector<std::string>& networks);
  bool trusts(const address_bytes& address) const;

 private:
  std::vector<cidr> networks_;
};

/// Where the client is: from the right each entry of `forwarded` (all such headers, joined by
/// commas) is believed as long as the one who says so is trusted. A port may follow an address.
/// What is no address is believed by nobody: the last that was trusted stands for it.
address_bytes client_of(const address_bytes& peer, std::string_view forwarded,
                        const trusted_proxies& proxies);

}  // namespace roost::net::limits
