// SPDX-License-Identifier: Apache-2.0
#include "net/auth/url.hpp"

#include <algorithm>
#include <cstdint>

namespace roost::net::auth {

namespace {

constexpr std::uint32_t port_max = 65'535;

bool take_scheme(std::string_view& text, bool& is_secure) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!text.starts_with(scheme)) continue;
    text.remove_prefix(scheme.size());
    is_secure = scheme == "https://";
    return true;
  }
  return false;
}

bool is_port(std::string_view text) {
  if (text.empty() || text.size() > 5) return false;
  std::uint32_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return value > 0 && value <= port_max;
}

// "host", "host:port" or "[::1]:port".
bool split_authority(std::string_view text, url& out) {
  const bool is_bracketed = text.starts_with('[');
  const auto close = is_bracketed ? text.find(']') : 0;
  if (close == std::string_view::npos) return false;
  const auto colon = text.find(':', close);
  if (colon != std::string_view::npos) {
    if (!is_port(text.substr(colon + 1))) return false;
    out.port = text.substr(colon + 1);
    text = text.substr(0, colon);
  }
  if (is_bracketed) {
    if (close + 1 != text.size()) return false;
    text = text.substr(1, close - 1);
  }
  out.host = text;
  return !text.empty();
}

}  // namespace

std::optional<url> parse_url(std::string_view text) {
  const auto is_plain = [](char c) { return c > ' ' && c < '\x7f' && c != '#'; };
  if (!std::ranges::all_of(text, is_plain)) return std::nullopt;
  url out;
  if (!take_scheme(text, out.is_secure)) return std::nullopt;
  out.port = out.is_secure ? "443" : "80";
  const auto end = std::min(text.find_first_of("/?"), text.size());
  out.authority = text.substr(0, end);
  out.target = text.substr(end);
  if (!out.target.starts_with('/')) out.target.insert(0, "/");
  if (out.authority.find('@') != std::string::npos) return std::nullopt;
  if (!split_authority(out.authority, out)) return std::nullopt;
  return out;
}

}  // namespace roost::net::auth
