// SPDX-License-Identifier: Apache-2.0
// The part of a client's address to which rate limits apply. Pure.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstddef>
#include <string>

#include "config/base/cidr.hpp"

namespace roost::net::limits {

/// The addresses that one customer of a network provider has: an IPv4 address or an IPv6 /64. An
/// IPv4-mapped IPv6 address counts as IPv4.
struct address_key {
  address_bytes network{};
  friend bool operator==(const address_key&, const address_key&) = default;
};

address_key key_of(const address_bytes& address);
bool is_v4(const address_bytes& address);
address_bytes bytes_of(const boost::asio::ip::address& address);
/// The common notation: "10.0.0.1", "2001:db8::1".
std::string text_of(const address_bytes& address);

struct address_hash {
  std::size_t operator()(const address_key& key) const;
};

}  // namespace roost::net::limits
