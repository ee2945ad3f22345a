// SPDX-License-Identifier: Apache-2.0
#include "config/base/cidr.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <vector>

namespace roost {
namespace {

constexpr std::size_t mapped_at = 12;  ///< index of the first IPv4 byte

/// Parses digits only. It refuses leading zeros, which some parsers read as octal.
std::optional<unsigned> number(std::string_view text, unsigned max, int base) {
  const bool is_zero_led = base == 10 && text.size() > 1 && text.front() == '0';
  if (text.empty() || text.size() > 4 || is_zero_led) return {};
  unsigned out = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, out, base);
  if (read.ptr != end || read.ec != std::errc{} || out > max) return {};
  return out;
}

bool read_v4(std::string_view text, std::uint8_t* into) {
  for (int i = 0; i < 4; ++i) {
    const auto dot = text.find('.');
    if ((dot == std::string_view::npos) != (i == 3)) return false;
    const auto part = number(text.substr(0, dot), 255, 10);
    if (!part) return false;
    into[i] = static_cast<std::uint8_t>(*part);
    if (i < 3) text.remove_prefix(dot + 1);
  }
  return true;
}

/// Parses the groups on one side of "::". If `is_last`, the last group may be an IPv4 address.
std::optional<std::vector<std::uint8_t>> read_groups(std::string_view text, bool is_last) {
  std::vector<std::uint8_t> out;
  while (!text.empty()) {
    const auto colon = text.find(':');
    const auto group = text.substr(0, colon);
    if (colon == std::string_view::npos && is_last && group.find('.') != std::string_view::npos) {
      std::uint8_t v4[4];
      if (!read_v4(group, v4)) return {};
      out.insert(out.end(), v4, v4 + 4);
      return out;
    }
    const auto value = number(group, 0xFFFF, 16);
    if (!value) return {};
    out.push_back(static_cast<std::uint8_t>(*value >> 8));
    out.push_back(static_cast<std::uint8_t>(*value & 0xFF));
    if (colon == std::string_view::npos) return out;
    text.remove_prefix(colon + 1);
    if (text.empty()) return {};  // trailing colon
  }
  return out;
}

std::optional<address_bytes> read_v6(std::string_view text) {
  address_bytes out{};
  const auto gap = text.find("::");
  const auto head = read_groups(text.substr(0, gap), gap == std::string_view::npos);
  if (!head) return {};
  if (gap == std::string_view::npos) {
    if (head->size() != out.size()) return {};
    std::ranges::copy(*head, out.begin());
    return out;
  }
  const auto tail = read_groups(text.substr(gap + 2), true);
  if (!tail || head->size() + tail->size() > out.size() - 2) return {};
  std::ranges::copy(*head, out.begin());
  std::ranges::copy(*tail, out.end() - static_cast<std::ptrdiff_t>(tail->size()));
  return out;
}

/// The mask of the bits of byte `index` that belong to a prefix of `bits` bits.
std::uint8_t mask_at(std::size_t index, std::size_t bits) {
  if (bits >= (index + 1) * 8) return 0xFF;
  if (bits <= index * 8) return 0;
  return static_cast<std::uint8_t>(0xFF << (8 - (bits - index * 8)));
}

}  // namespace

std::optional<address_bytes> parse_address(std::string_view text) {
  if (text.find(':') != std::string_view::npos) return read_v6(text);
  address_bytes out{};
  out[mapped_at - 1] = out[mapped_at - 2] = 0xFF;
  if (!read_v4(text, out.data() + mapped_at)) return {};
  return out;
}

std::optional<cidr> parse_cidr(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return {};
  const bool is_v4 = text.substr(0, slash).find(':') == std::string_view::npos;
  cidr out{*address, 128};
  if (slash != std::string_view::npos) {
    const auto bits = number(text.substr(slash + 1), is_v4 ? 32 : 128, 10);
    if (!bits) return {};
    out.bits = static_cast<std::uint8_t>(*bits + (is_v4 ? mapped_at * 8 : 0));
  }
  for (std::size_t i = 0; i < out.address.size(); ++i) {
    if ((out.address[i] & ~mask_at(i, out.bits)) != 0) return {};
  }
  return out;
}

bool contains(const cidr& network, const address_bytes& address) {
  for (std::size_t i = 0; i < address.size(); ++i) {
    if (((network.address[i] ^ address[i]) & mask_at(i, network.bits)) != 0) return false;
  }
  return true;
}

}  // namespace roost
