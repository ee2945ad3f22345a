// Networks as settings write them: "10.0.0.0/8", "fd00::/8", or one address. Pure: knows no socket.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace roost {

/// An address as 16 bytes; IPv4 as IPv6 maps it (::ffff:a.b.c.d).
using address_bytes = std::array<std::uint8_t, 16>;

/// A network. Of IPv4 its bits are counted in the mapped form: 10.0.0.0/8 has 104.
struct cidr {
  address_bytes address{};
  std::uint8_t bits = 128;
};

/// Without a port, a zone or brackets. Nothing where it is no address.
std::optional<address_bytes> parse_address(std::string_view text);

/// Nothing where it is no network, also where bits below its prefix are set.
std::optional<cidr> parse_cidr(std::string_view text);

bool contains(const cidr& network, const address_bytes& address);

}  // namespace roost
