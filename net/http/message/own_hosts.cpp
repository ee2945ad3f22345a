// SPDX-License-Identifier: Apache-2.0
#include "net/http/message/own_hosts.hpp"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cstring>
#include <memory>
#include <optional>

#include "net/limits/address_key.hpp"

namespace roost::net::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view without_brackets(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) return host.substr(1, host.size() - 2);
  return host;
}

/// "example.com." (fully qualified) and "example.com" are the same host.
std::string_view without_dot(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

bool is_same_host(std::string_view a, std::string_view b) {
  return std::ranges::equal(without_dot(a), without_dot(b), {}, lower, lower);
}

std::optional<address_bytes> address_in(std::string_view host) {
  return parse_address(without_brackets(host));
}

std::optional<address_bytes> bytes_of(const sockaddr& from) {
  namespace ip = boost::asio::ip;
  if (from.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &from, sizeof v4);
    return limits::bytes_of(ip::address_v4{ntohl(v4.sin_addr.s_addr)});
  }
  if (from.sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &from, sizeof v6);
  ip::address_v6::bytes_type bytes;
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return limits::bytes_of(ip::address_v6{bytes});
}

}  // namespace

std::vector<address_bytes> read_interface_addresses() {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner{first, &::freeifaddrs};
  std::vector<address_bytes> out;
  for (const auto* each = first; each; each = each->ifa_next) {
    if (!each->ifa_addr) continue;
    if (const auto address = bytes_of(*each->ifa_addr)) out.push_back(*address);
  }
  return out;
}

bool interface_addresses::contains(const address_bytes& address, time_point now) {
  const std::scoped_lock held{lock_};
  if (!has_read_ || now - read_at_ >= fresh) {
    cached_ = read_();
    read_at_ = now;
    has_read_ = true;
  }
  return std::ranges::find(cached_, address) != cached_.end();
}

bool is_loopback_host(std::string_view host) {
  static const auto v4 = *parse_cidr("127.0.0.0/8");
  static const auto v6 = *parse_cidr("::1");
  if (const auto address = address_in(host)) {
    return roost::contains(v4, *address) || roost::contains(v6, *address);
  }
  constexpr std::string_view name = "localhost";
  host = without_dot(host);
  if (host.size() < name.size()) return false;
  const auto prefix_size = host.size() - name.size();
  return is_same_host(host.substr(prefix_size), name) &&
         (prefix_size == 0 || host[prefix_size - 1] == '.');
}

/// Accepts 0.0.0.0 and [::] too: the log shows them at start, users copy them from there, and
/// browsers connect them to this machine.
bool own_hosts::is_address(std::string_view host) const {
  if (is_loopback_host(host)) return true;
  const auto address = address_in(host);
  if (!address) return false;
  const bool is_unspecified = address == parse_address("0.0.0.0") || address == parse_address("::");
  return is_unspecified || addresses_.contains(*address, now_);
}

bool own_hosts::is_name(std::string_view host) const {
  const auto address = address_in(host);
  return std::ranges::any_of(names_, [&](const std::string& each) {
    return address ? address_in(each) == address : is_same_host(each, host);
  });
}

bool own_hosts::owns_page(std::string_view page, std::string_view requested) const {
  if (!names_.empty()) return is_name(page);
  return is_same_host(page, requested) && is_address(page);
}

bool own_hosts::contains(std::string_view host) const { return is_address(host) || is_name(host); }

}  // namespace roost::net::http
