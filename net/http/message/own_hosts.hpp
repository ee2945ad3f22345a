// SPDX-License-Identifier: Apache-2.0
// The host names and addresses of this node, to detect DNS rebinding.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/cidr.hpp"
#include "config/base/clock.hpp"

namespace roost::net::http {

/// The addresses of this machine's interfaces, from getifaddrs(3).
std::vector<address_bytes> read_interface_addresses();

/// Cache of the interface addresses, read again on use after `fresh`, because addresses change.
/// Owns: the cached addresses. Runs on: any thread (it has a lock). Ends: with its owner.
class interface_addresses {
 public:
  using reader = std::function<std::vector<address_bytes>()>;
  static constexpr milliseconds fresh{5'000};

  explicit interface_addresses(reader read = read_interface_addresses) : read_(std::move(read)) {}
  bool contains(const address_bytes& address, time_point now);

 private:
  reader read_;
  std::mutex lock_;
  std::vector<address_bytes> cached_;  ///< under lock_
  time_point read_at_;                 ///< under lock_
  bool has_read_ = false;              ///< under lock_
};

/// True for localhost, its subdomains (RFC 6761, section 6.3) and loopback addresses. `host` has no
/// port.
bool is_loopback_host(std::string_view host);

/// The hosts that belong to this node. In DNS rebinding, an attacker's host name resolves to
/// this node; its requests then carry a Host that is not in this set. Hosts have no port; IPv6
/// addresses are in brackets.
/// Owns: nothing. Runs on: its creator's thread. Ends: with the current request.
class own_hosts {
 public:
  /// `names` is listen.host_names.
  own_hosts(const std::vector<std::string>& names, interface_addresses& addresses, time_point now)
      : names_(names), addresses_(addresses), now_(now) {}

  /// Whether a page on host `page` that connects to host `requested` is served by this node. If
  /// names are configured, only they count and `requested` is ignored: a proxy may have changed it.
  bool owns_page(std::string_view page, std::string_view requested) const;
  /// Whether `host` is a name or an address of this node.
  bool contains(std::string_view host) const;

 private:
  bool is_address(std::string_view host) const;
  bool is_name(std::string_view host) const;

  const std::vector<std::string>& names_;
  interface_addresses& addresses_;
  time_point now_;
};

}  // namespace roost::net::http
