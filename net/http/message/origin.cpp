// SPDX-License-Identifier: Apache-2.0
#include "net/http/message/origin.hpp"

#include <algorithm>
#include <charconv>

namespace roost::net::http {
namespace {

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::uint16_t own_port(std::string_view scheme) {
  if (scheme == "http" || scheme == "ws") return 80;
  if (scheme == "https" || scheme == "wss") return 443;
  return 0;
}

/// Splits "host:port" or "[v6]:port"; false if malformed.
bool split_authority(std::string_view authority, web_origin& out) {
  auto host_end = authority.find(':');
  if (authority.starts_with('[')) {
    const auto bracket = authority.find(']');
    if (bracket == std::string_view::npos) return false;
    host_end = bracket + 1 == authority.size() ? std::string_view::npos : bracket + 1;
    if (host_end != std::string_view::npos && authority[host_end] != ':') return false;
  }
  out.host = lower(authority.substr(0, host_end));
  if (host_end == std::string_view::npos || host_end + 1 == authority.size()) return true;
  const auto port = authority.substr(host_end + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  return error == std::errc{} && end == port.data() + port.size() && out.port != 0;
}

bool host_matches(std::string_view host, std::string_view allowed) {
  if (allowed.empty()) return true;
  if (!allowed.starts_with("*.")) return host == allowed;
  // "*.example.com" matches example.com itself and all its subdomains.
  return host == allowed.substr(2) || host.ends_with(allowed.substr(1));
}

bool matches(const web_origin& page, const web_origin& allowed) {
  return (allowed.scheme.empty() || allowed.scheme == page.scheme) &&
         (allowed.port == 0 || allowed.port == page.port) && host_matches(page.host, allowed.host);
}

}  // namespace

std::optional<web_origin> web_origin::parse(std::string_view text) {
  web_origin out;
  if (const auto mark = text.find("://"); mark != std::string_view::npos && mark > 0) {
    out.scheme = lower(text.substr(0, mark));
    text.remove_prefix(mark + 3);
  } else if (text.starts_with("//")) {
    text.remove_prefix(2);
  } else {
    return std::nullopt;
  }
  const auto authority = text.substr(0, text.find_first_of("/?#"));
  // Browsers never put user info into an origin; it only serves to imitate another host.
  if (authority.find_first_of("@\\") != std::string_view::npos) return std::nullopt;
  if (!split_authority(authority, out)) return std::nullopt;
  if (out.port == 0) out.port = own_port(out.scheme);
  return out;
}

origin_policy::origin_policy(const origin_rule& rule) : mode_(rule.how) {
  for (const auto& entry : rule.entries) {
    if (auto parsed = web_origin::parse(entry)) entries_.push_back(std::move(*parsed));
  }
}

bool origin_policy::allows(std::optional<std::string_view> origin, std::string_view host,
                           const own_hosts& own) const {
  if (!origin || mode_ == origin_rule::mode::any) return true;
  const auto page = web_origin::parse(*origin);
  if (!page || page->host.empty()) return false;
  if (mode_ == origin_rule::mode::same) {
    // Compare host names only: behind a proxy, scheme and port of the page are unknown.
    const auto requested = web_origin::parse("//" + std::string(host));
    return own.owns_page(page->host, requested ? requested->host : std::string{});
  }
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const web_origin& allowed) { return matches(*page, allowed); });
}

std::string_view origin_policy::setting() const {
  return mode_ == origin_rule::mode::same ? "listen.host_names, or origins of the mount"
                                          : "origins of the mount";
}

}  // namespace roost::net::http
