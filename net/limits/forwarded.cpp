// SPDX-License-Identifier: Apache-2.0
#include "net/limits/forwarded.hpp"

#include <algorithm>
#include <optional>

namespace roost::net::limits {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// "1.2.3.4", "1.2.3.4:567", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:567".
std::optional<address_bytes> address_of(std::string_view entry) {
  if (entry.starts_with('[')) {
    const auto end = entry.find(']');
    if (end == std::string_view::npos) return {};
    const auto rest = entry.substr(end + 1);
    if (!rest.empty() && rest.front() != ':') return {};
    return parse_address(entry.substr(1, end - 1));
  }
  const auto colon = entry.find(':');
  const bool has_port =
      colon != std::string_view::npos && entry.find(':', colon + 1) == std::string_view::npos;
  return parse_address(has_port ? entry.substr(0, colon) : entry);
}

}  // namespace

trusted_proxies::trusted_proxies(const std::vector<std::string>& networks) {
  for (const auto& each : networks) {
    if (const auto network = parse_cidr(each)) networks_.push_back(*network);
  }
}

bool trusted_proxies::trusts(const address_bytes& address) const {
  return std::any_of(networks_.begin(), networks_.end(),
                     [&](const cidr& each) { return contains(each, address); });
}

address_bytes client_of(const address_bytes& peer, std::string_view forwarded,
                        const trusted_proxies& proxies) {
  auto out = peer;
  while (!forwarded.empty() && proxies.trusts(out)) {
    const auto comma = forwarded.rfind(',');
    const auto entry =
        trimmed(comma == std::string_view::npos ? forwarded : forwarded.substr(comma + 1));
    forwarded = comma == std::string_view::npos ? std::string_view{} : forwarded.substr(0, comma);
    const auto next = address_of(entry);
    if (!next) return out;
    out = *next;
  }
  return out;
}

}  // namespace roost::net::limits
