// Which addresses count as one.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstddef>
#include <string>

#include "config/cidr.hpp"

namespace roost::net::limits {

/// All that one customer of a network has: an IPv4 address, or a /64 of IPv6. IPv4 that is mapped
/// into IPv6 is IPv4.
struct address_key {
  address_bytes network{};
  friend bool operator==(const address_key&, const address_key&) = default;
};

address_key key_of(const address_bytes& address);
bool is_v4(const address_bytes& address);
address_bytes bytes_of(const boost::asio::ip::address& address);
/// As people write it: "10.0.0.1", "2001:db8::1".
std::string text_of(const address_bytes& address);

struct address_hash {
  std::size_t operator()(const address_key& key) const;
};

}  // namespace roost::net::limits
