// SPDX-License-Identifier: Apache-2.0
#include "config/cli/token_claims.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "config/schema/value_formats.hpp"

namespace roost {
namespace {

using json = nlohmann::json;

constexpr std::int64_t ttl_s_max = std::int64_t{3'650} * 86'400;
constexpr std::array own_claims{std::string_view{"sub"}, std::string_view{"iat"},
                                std::string_view{"exp"}, std::string_view{"grants"}};

std::string quoted(std::string_view text) {
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

error wrong(const char* option, std::string_view given, std::string_view rule) {
  return {errc::bad_setting,
          std::string{option} + ": is " + quoted(given) + ", " + std::string{rule}};
}

/// Parses "90s", "15m", "1h", "7d" or "3600" into seconds.
std::optional<std::int64_t> read_ttl(std::string_view text) {
  std::int64_t unit_s = 1;
  const auto last = text.empty() ? ' ' : text.back();
  if (last == 's' || last == 'm' || last == 'h' || last == 'd') {
    unit_s = last == 's' ? 1 : last == 'm' ? 60 : last == 'h' ? 3'600 : 86'400;
    text.remove_suffix(1);
  }
  std::int64_t count = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, count);
  if (read.ec != std::errc{} || read.ptr != end) return {};
  if (count < 1 || count > ttl_s_max / unit_s) return {};
  return count * unit_s;
}

bool is_action(std::string_view text) {
  if (text == "join") return true;
  constexpr std::string_view push = "push:";
  return text.starts_with(push) && value_formats::event_pattern(text.substr(push.size())).empty() &&
         (text.find('*') == std::string_view::npos || text == "push:*");
}

/// Adds "room:*=join,push:msg" as {"room:*": ["join", "push:msg"]}. Commas separate actions, so an
/// event name with a comma cannot be given here.
result<void> add_grant(const std::string& text, json& grants) {
  constexpr std::string_view rule =
      "must be TOPICS=ACTIONS with the actions join, push:EVENT and push:*, such as "
      "room:*=join,push:msg";
  const auto equals = text.rfind('=');
  if (equals == std::string_view::npos || equals == 0) return wrong("--grant", text, rule);
  const auto topics = text.substr(0, equals);
  if (const auto fault = value_formats::topic_pattern(topics); !fault.empty()) {
    return wrong("--grant", text, "whose topics " + std::string{fault});
  }
  auto& actions = grants[topics];
  std::string_view rest = std::string_view{text}.substr(equals + 1);
  while (true) {
    const auto comma = rest.find(',');
    const auto action = rest.substr(0, comma);
    if (!is_action(action)) return wrong("--grant", text, rule);
    actions.push_back(std::string{action});
    if (comma == std::string_view::npos) return {};
    rest.remove_prefix(comma + 1);
  }
}

result<void> add_claim(const std::string& text, json& claims) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return wrong("--claim", text, "must be name=value");
  }
  const auto name = text.substr(0, equals);
  if (std::ranges::find(own_claims, name) != own_claims.end()) {
    return wrong("--claim", name,
                 "must have another name: this claim is set by --sub, --ttl or --grant");
  }
  const auto given = text.substr(equals + 1);
  auto value = json::parse(given, nullptr, false);
  claims[name] = value.is_discarded() ? json(given) : std::move(value);
  return {};
}

}  // namespace

result<std::string> make_claims(const cli::token& options, std::int64_t now_s) {
  const auto ttl_s = read_ttl(options.ttl);
  if (options.sub.empty()) return wrong("--sub", options.sub, "must not be empty");
  if (!ttl_s) return wrong("--ttl", options.ttl, "must be like 90s, 15m, 1h or 7d, at most 3650d");
  json claims{{"sub", options.sub}, {"iat", now_s}, {"exp", now_s + *ttl_s}};
  for (const auto& one : options.claims) {
    if (auto added = add_claim(one, claims); !added) return added.failure();
  }
  auto grants = json::object();
  for (const auto& one : options.grants) {
    if (auto added = add_grant(one, grants); !added) return added.failure();
  }
  if (!grants.empty()) claims["grants"] = std::move(grants);
  try {
    return claims.dump();
  } catch (const json::type_error&) {
    return error{errc::bad_setting, "a token can contain only UTF-8"};
  }
}

std::string with_configured_claims(const std::string& claims, const settings::auth_settings& auth) {
  auto tree = json::parse(claims);
  if (!auth.issuer.empty() && !tree.contains("iss")) tree["iss"] = auth.issuer;
  if (!auth.audience.empty() && !tree.contains("aud")) tree["aud"] = auth.audience;
  return tree.dump();
}

}  // namespace roost
