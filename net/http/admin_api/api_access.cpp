// SPDX-License-Identifier: Apache-2.0
#include "net/http/admin_api/api_access.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <string>

#include "net/http/message/origin.hpp"

namespace roost::net::http {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_letters(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

/// The token after the scheme Bearer; nullopt for another scheme.
std::optional<std::string_view> bearer_in(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  if (!same_letters(authorization.substr(0, scheme.size()), scheme)) return std::nullopt;
  return trimmed(authorization.substr(scheme.size()));
}

/// Compares in constant time; the timing reveals only whether the lengths are equal.
bool is_key(std::string_view given, std::string_view key) {
  return given.size() == key.size() && CRYPTO_memcmp(given.data(), key.data(), key.size()) == 0;
}

/// The host name without its port; nullopt if `host` is malformed.
std::optional<std::string> name_in(std::string_view host) {
  if (host.find_first_of("/?#") != std::string_view::npos) return std::nullopt;
  const auto parsed = web_origin::parse("http://" + std::string{host});
  return parsed ? std::optional{parsed->host} : std::nullopt;
}

bool is_local_host(std::string_view host) {
  const auto name = name_in(host);
  return name && is_loopback_host(*name);
}

bool is_same_origin(std::string_view origin, std::string_view host) {
  const auto page = web_origin::parse(origin);
  return page && page == web_origin::parse("http://" + std::string{host});
}

bool has_key(const api_caller& caller, std::string_view key) {
  const auto given = caller.authorization ? bearer_in(*caller.authorization) : std::nullopt;
  return !key.empty() && given && is_key(*given, key);
}

bool is_json(std::optional<std::string_view> type) {
  return type && same_letters(trimmed(type->substr(0, type->find(';'))), "application/json");
}

error forbid(const char* why) { return {errc::forbidden, why}; }

}  // namespace

result<void> check_api_access(const api_caller& caller, std::string_view key) {
  if (!key.empty()) {
    if (has_key(caller, key)) return {};
    return error{errc::unauthenticated, "this needs the header Authorization: Bearer KEY"};
  }
  if (!caller.is_local_peer || caller.was_forwarded)
    return forbid("without admin.api_key, only requests from this machine are allowed");
  if (!caller.host || !is_local_host(*caller.host))
    return forbid("the Host header does not name this machine");
  if (caller.origin && !is_same_origin(*caller.origin, *caller.host))
    return forbid("the Origin is another site");
  const bool is_from_page =
      caller.fetch_site && *caller.fetch_site != "same-origin" && *caller.fetch_site != "none";
  if (is_from_page) return forbid("a page of another site sent the request");
  if (caller.is_change && !is_json(caller.content_type))
    return forbid("Content-Type must be application/json");
  return {};
}

result<void> check_page_access(const api_caller& caller, std::string_view key,
                               const own_hosts& own) {
  if (!caller.host || has_key(caller, key)) return {};
  const auto name = name_in(*caller.host);
  if (!name || !own.contains(*name)) {
    return forbid("the Host header is not a host name of this node: see listen.host_names");
  }
  if (caller.origin && !is_same_origin(*caller.origin, *caller.host))
    return forbid("the Origin is another site");
  return {};
}

}  // namespace roost::net::http
