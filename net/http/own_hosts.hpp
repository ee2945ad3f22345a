// The hosts by which browsers reach this node. What else a Host header names may be a name of a
// stranger that was made to point here (DNS rebinding).
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/clock.hpp"
#include "config/cidr.hpp"

namespace roost::net::http {

/// The addresses of this machine's interfaces, as getifaddrs(3) has them.
std::vector<address_bytes> read_interface_addresses();

/// Owns: the addresses of the last look. Runs on: any thread (it has a lock). Ends: with its owner.
/// Looks again when it is asked and the last look is `fresh` ago: addresses come and go.
class interface_addresses {
 public:
  using reader = std::function<std::vector<address_bytes>()>;
  static constexpr milliseconds fresh{5'000};

  explicit interface_addresses(reader read = read_interface_addresses) : read_(std::move(read)) {}
  bool contains(const address_bytes& address, time_point now);

 private:
  reader read_;
  std::mutex lock_;
  std::vector<address_bytes> known_;  ///< under lock_
  time_point looked_;                 ///< under lock_
  bool has_looked_ = false;           ///< under lock_
};

/// localhost, a name below it (RFC 6761, section 6.3), or a loopback address; without a port.
bool is_loopback_host(std::string_view host);

/// A question about hosts, which are without a port; IPv6 in brackets.
/// Owns: nothing. Runs on: its creator's thread. Ends: with the request that is looked at.
class own_hosts {
 public:
  /// `names` is listen.host_names.
  own_hosts(const std::vector<std::string>& names, interface_addresses& addresses, time_point now)
      : names_(names), addresses_(addresses), now_(now) {}

  /// Whether a page of host `page` that asks host `requested` is this node's own. Where names are
  /// configured they alone count, and `requested` does not: a proxy may have changed it.
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
