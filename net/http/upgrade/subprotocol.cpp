// SPDX-License-Identifier: Apache-2.0
#include "net/http/upgrade/subprotocol.hpp"

#include <algorithm>
#include <vector>

#include "config/base/base64.hpp"

namespace roost::net::http {
namespace {

constexpr std::string_view token_prefix = "base64url.bearer.phx.";
constexpr std::string_view client_name = "phoenix";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string_view> split_list(std::string_view list) {
  std::vector<std::string_view> out;
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (const auto entry = trim(list.substr(0, comma)); !entry.empty()) out.push_back(entry);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return out;
}

bool is_token(std::string_view entry) { return entry.starts_with(token_prefix); }

std::string_view first_match(std::span<const std::string_view> offered,
                             std::span<const std::string> configured, bool has_token) {
  const auto is_offered = [&](std::string_view name) {
    return std::find(offered.begin(), offered.end(), name) != offered.end();
  };
  // Only Phoenix's client sends a token, and browsers fail a connection without this echo.
  if (has_token && is_offered(client_name)) return client_name;
  for (const auto& name : configured) {
    if (is_offered(name)) return name;
  }
  return is_offered(client_name) ? client_name : std::string_view{};
}

}  // namespace

result<subprotocol_choice> choose_subprotocol(std::optional<std::string_view> header,
                                              std::span<const std::string> configured,
                                              bool uses_tokens) {
  subprotocol_choice out;
  if (!header) return out;
  auto offered = split_list(*header);
  // Two tokens are ambiguous: none is used, and they stay in the list as unknown names.
  const auto tokens = std::count_if(offered.begin(), offered.end(), is_token);
  const bool has_token = uses_tokens ? tokens == 1 : tokens > 0;
  if (has_token) {
    if (uses_tokens) {
      const auto at = std::find_if(offered.begin(), offered.end(), is_token);
      auto token = base64_decode(at->substr(token_prefix.size()), base64_alphabet::both);
      if (!token || token->empty()) return errc::bad_token;
      out.token = std::move(*token);
    }
    std::erase_if(offered, is_token);
    if (offered.empty()) return out;
  }
  out.echo = first_match(offered, configured, has_token);
  if (out.echo.empty() && !configured.empty()) return errc::subprotocol_refused;
  return out;
}

}  // namespace roost::net::http
