// SPDX-License-Identifier: Apache-2.0
// Parses IP addresses and networks such as "10.0.0.0/8", "fd00::/8" or one address. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace roost {

/// An address as 16 bytes; an IPv4 address is stored as IPv4-mapped IPv6 (::ffff:a.b.c.d).
using address_bytes = std::array<std::uint8_t, 16>;

/// A network: address and prefix length. An IPv4 prefix counts in the mapped form: 10.0.0.0/8 has
/// 104 bits.
struct cidr {
  address_bytes address{};
  std::uint8_t bits = 128;
};

/// Parses an address without port, zone or brackets. Returns nullopt if it is not an address.
std::optional<address_bytes> parse_address(std::string_view text);

/// Parses a network or an address. Returns nullopt if it is neither, or if the address has bits set
/// after the prefix.
std::optional<cidr> parse_cidr(std::string_view text);

bool contains(const cidr& network, const address_bytes& address);

}  // namespace roost
