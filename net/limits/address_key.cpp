// SPDX-License-Identifier: Apache-2.0
#include "net/limits/address_key.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "config/base/keyed_hash.hpp"

namespace roost::net::limits {
namespace {

constexpr std::array<std::uint8_t, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr std::size_t prefix_bytes = 8;  // 64 bits

}  // namespace

bool is_v4(const address_bytes& address) {
  return std::equal(v4_prefix.begin(), v4_prefix.end(), address.begin());
}

address_key key_of(const address_bytes& address) {
  address_key out{address};
  if (!is_v4(address)) std::fill(out.network.begin() + prefix_bytes, out.network.end(), 0);
  return out;
}

address_bytes bytes_of(const boost::asio::ip::address& address) {
  using namespace boost::asio::ip;
  return address.is_v6() ? address.to_v6().to_bytes()
                         : make_address_v6(v4_mapped, address.to_v4()).to_bytes();
}

std::string text_of(const address_bytes& address) {
  using namespace boost::asio::ip;
  if (!is_v4(address)) return address_v6(address).to_string();
  address_v4::bytes_type four;
  std::copy(address.begin() + v4_prefix.size(), address.end(), four.begin());
  return address_v4(four).to_string();
}

std::size_t address_hash::operator()(const address_key& key) const {
  return keyed_hash{}({reinterpret_cast<const char*>(key.network.data()), key.network.size()});
}

}  // namespace roost::net::limits
