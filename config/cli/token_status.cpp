// SPDX-License-Identifier: Apache-2.0
#include "config/cli/token_status.hpp"

#include <algorithm>
#include <vector>

#include "config/schema/access_formats.hpp"

namespace roost {
namespace {

constexpr std::size_t shown_max = 5;

/// Joins the first few distinct texts.
std::string listed(const std::vector<std::string>& all) {
  std::vector<std::string> shown;
  for (const auto& one : all) {
    if (std::ranges::find(shown, one) == shown.end()) shown.push_back(one);
  }
  std::string out;
  for (std::size_t i = 0; i < std::min(shown.size(), shown_max); ++i) {
    out += (i == 0 ? "" : ", ") + shown[i];
  }
  return shown.size() > shown_max ? out + ", ..." : out;
}

std::string keys_of(const settings::auth_settings& auth) {
  std::vector<std::string> out;
  if (!auth.hs256_secret.empty()) out.emplace_back("auth.hs256_secret");
  if (!auth.jwks_file.empty()) out.emplace_back("auth.jwks_file");
  if (!auth.jwks_url.empty()) out.emplace_back("auth.jwks_url");
  return listed(out);
}

std::string mounts_of(const settings& all) {
  std::vector<std::string> out;
  for (const auto& mount : all.sockets)
    out.push_back(std::string{name_of(mount.auth)} + " on " + mount.path);
  return listed(out);
}

std::string joins_of(const settings& all) {
  std::vector<std::string> out;
  for (const auto& rule : all.rooms) {
    const nlohmann::json join = rule.allow.join.value_or(access_rule{});
    out.push_back(join.is_string() ? join.get<std::string>() : "claim");
  }
  return listed(out);
}

}  // namespace

std::string token_status(const settings& all) {
  if (!has_token_key(all)) return "off: no token key is set, so everybody may join";
  return "on: " + keys_of(all.auth) + "; auth: " + mounts_of(all) + "; joins: " + joins_of(all);
}

}  // namespace roost
