// SPDX-License-Identifier: Apache-2.0
#include "config/load/access_checks.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "config/base/cidr.hpp"
#include "config/schema/access_formats.hpp"

namespace roost {
namespace {

constexpr std::size_t hs256_bytes_min = 32;
constexpr std::size_t api_key_bytes_min = 16;
constexpr const char* needs_key =
    ", which needs a token key: auth.hs256_secret, auth.jwks_file or auth.jwks_url";

using problem_list = std::vector<problem>;
using kind = access_rule::grantee;

void check_length(const std::string& secret, const char* key, std::size_t bytes_min,
                  problem_list& problems) {
  if (secret.empty() || secret.size() >= bytes_min) return;
  problems.push_back({key, "has " + std::to_string(secret.size()) + " bytes, must have at least " +
                               std::to_string(bytes_min)});
}

void check_admin(const settings::admin_settings& admin, problem_list& problems) {
  check_length(admin.api_key, "admin.api_key", api_key_bytes_min, problems);
  if (!admin.api_key.empty() || is_loopback(admin.host)) return;
  // A faulty key already has its own problem; do not also report the settings that need it.
  if (is_faulty("admin.api_key", problems)) return;
  problems.push_back({"admin.host", "is \"" + admin.host +
                                        "\", which other machines can reach; set admin.api_key, or "
                                        "use 127.0.0.1, ::1 or localhost"});
}

void check_keys(const settings::auth_settings& auth, const key_checks& keys,
                problem_list& problems) {
  check_length(auth.hs256_secret, "auth.hs256_secret", hs256_bytes_min, problems);
  auto check_source = [&](const auto& check, const char* key, const std::string& value) {
    if (!check || value.empty()) return;
    const auto fits = check(value);
    if (!fits) problems.push_back({key, "is \"" + value + "\": " + fits.failure().detail});
  };
  check_source(keys.file, "auth.jwks_file", auth.jwks_file);
  check_source(keys.address, "auth.jwks_url", auth.jwks_url);
}

bool needs_token(const access_rule& rule) {
  return rule.allowed != kind::any && rule.allowed != kind::none;
}

std::string shown(const access_rule& rule) { return "is " + nlohmann::json(rule).dump(); }

void check_mounts(const settings& all, problem_list& problems) {
  for (std::size_t i = 0; i < all.sockets.size(); ++i) {
    if (all.sockets[i].auth != token_use::required) continue;
    problems.push_back(
        {"sockets[" + std::to_string(i) + "].auth", std::string{"is \"required\""} + needs_key});
  }
}

void check_rules(const settings& all, problem_list& problems) {
  for (std::size_t i = 0; i < all.rooms.size(); ++i) {
    const auto& allow = all.rooms[i].allow;
    const auto at = "rooms[" + std::to_string(i) + "].allow.";
    if (allow.join && needs_token(*allow.join)) {
      problems.push_back({at + "join", shown(*allow.join) + needs_key});
    }
    for (std::size_t j = 0; j < allow.push.size(); ++j) {
      if (!needs_token(allow.push[j].allow)) continue;
      const auto key = allow.push.size() == 1 ? "push" : "push[" + std::to_string(j) + "].allow";
      problems.push_back({at + key, shown(allow.push[j].allow) + needs_key});
    }
  }
}

void warn_without_key(const settings& all, std::vector<std::string>& warnings) {
  constexpr const char* no_user = ", but without a token key there are no users";
  if (all.limits.connections_per_user.max != 0) {
    warnings.push_back("limits.connections_per_user.max: is " +
                       std::to_string(all.limits.connections_per_user.max) + no_user);
  }
  if (all.rates.user.messages.per_second != 0) {
    warnings.push_back("rates.user.messages.per_second: is " +
                       std::to_string(all.rates.user.messages.per_second) + no_user);
  }
}

void warn_with_key(const settings& all, std::vector<std::string>& warnings) {
  const auto& url = all.auth.jwks_url;
  if (url.starts_with("http://")) {
    const auto host = std::string_view{url}.substr(7, url.find_first_of("/?#", 7) - 7);
    if (!is_loopback(host.substr(0, host.starts_with('[') ? host.find(']') + 1 : host.find(':')))) {
      warnings.push_back("auth.jwks_url: is \"" + url +
                         "\": an attacker on the network can replace the keys; use https");
    }
  }
  if (std::ranges::all_of(all.sockets,
                          [](const auto& one) { return one.auth == token_use::none; })) {
    warnings.emplace_back(
        "sockets: every auth is \"none\", so no client has a token, but rules require one");
  }
  for (std::size_t i = 0; i < all.sockets.size(); ++i) {
    if (all.auth.cookie.empty() || all.sockets[i].origins.how != origin_rule::mode::any) continue;
    warnings.push_back("sockets[" + std::to_string(i) +
                       "].origins: is \"any\", but auth.cookie is set: any page that a user "
                       "visits could connect as that user");
  }
}

}  // namespace

bool is_loopback(std::string_view host) {
  if (host == "localhost") return true;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto address = parse_address(host);
  static const auto v4 = *parse_cidr("127.0.0.0/8");
  static const auto v6 = *parse_cidr("::1");
  return address && (contains(v4, *address) || contains(v6, *address));
}

void check_access(const settings& all, const key_checks& keys, std::vector<problem>& problems,
                  std::vector<std::string>& warnings) {
  const bool is_key_faulty = is_faulty("auth", problems);
  check_admin(all.admin, problems);
  check_keys(all.auth, keys, problems);
  if (has_token_key(all)) return warn_with_key(all, warnings);
  if (is_key_faulty) return;
  check_mounts(all, problems);
  check_rules(all, problems);
  warn_without_key(all, warnings);
}

}  // namespace roost
