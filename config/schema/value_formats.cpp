// SPDX-License-Identifier: Apache-2.0
#include "config/schema/value_formats.hpp"

#include <algorithm>
#include <cctype>

#include "config/base/cidr.hpp"
#include "config/base/ids.hpp"
#include "config/base/reserved_names.hpp"

namespace roost::value_formats {
namespace {

bool all(std::string_view text, std::string_view also) {
  return std::ranges::all_of(text, [&](unsigned char c) {
    return std::isalnum(c) || also.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

}  // namespace

std::string_view node_name(std::string_view value) {
  return all(value, "_-") ? "" : "may contain only letters, digits, _ and -";
}

std::string_view host(std::string_view value) {
  return all(value, ".:_-[]%") ? "" : "must be an address such as 0.0.0.0 or ::";
}

std::string_view host_name(std::string_view value) {
  constexpr std::string_view rule =
      "must be a name such as chat.example.com or an address, without scheme, port and *";
  if (value.starts_with('[') && value.ends_with(']')) {
    return parse_address(value.substr(1, value.size() - 2)) ? "" : rule;
  }
  if (value.find(':') != std::string_view::npos) return parse_address(value) ? "" : rule;
  return !value.empty() && value.size() <= 255 && all(value, ".-_") ? "" : rule;
}

std::string_view mount_path(std::string_view value) {
  if (!value.starts_with('/')) return "must begin with /";
  if (value.size() == 1) return "must be a path below /";
  if (value.ends_with('/')) return "must not end with /";
  if (value.find("//") != std::string_view::npos || !all(value, "/._~-")) {
    return "may contain only letters, digits and / . _ ~ -, without //";
  }
  return "";
}

std::string_view origin_entry(std::string_view value) {
  constexpr std::string_view rule =
      "must be like //host, //*.host or https://host:1234, without a path";
  auto slashes = value.find("//");
  if (slashes == std::string_view::npos) return rule;
  auto scheme = value.substr(0, slashes);
  bool scheme_fits = scheme.empty() || (scheme.size() > 1 && scheme.ends_with(':') &&
                                        all(scheme.substr(0, scheme.size() - 1), "+.-"));
  auto rest = value.substr(slashes + 2);
  if (rest.starts_with("*.")) rest.remove_prefix(2);
  bool host_fits = !rest.empty() && !rest.starts_with(':') && all(rest, ".:_-[]");
  return scheme_fits && host_fits ? "" : rule;
}

// The grammar of a token, RFC 9110 section 5.6.2.
std::string_view subprotocol(std::string_view value) {
  return !value.empty() && all(value, "!#$%&'*+-.^_`|~") ? "" : "must be a token of RFC 9110";
}

std::string_view topic_pattern(std::string_view value) {
  if (value.size() > name_bytes_max) return "must have at most 255 bytes";
  if (value.find('*') < value.size() - 1) return "may contain * only as its last character";
  if (value.starts_with('$')) return "must not begin with $: such topics are reserved";
  if (is_reserved_topic(value)) return "must not be a reserved topic";
  return has_control(value) ? "must not contain control characters" : "";
}

std::string_view event_name(std::string_view value) {
  if (value.empty()) return "must not be empty";
  if (value.size() > name_bytes_max) return "must have at most 255 bytes";
  if (has_control(value)) return "must not contain control characters";
  return is_reserved_event(value) ? "must not be a reserved event name" : "";
}

std::string_view field_name(std::string_view value) {
  return has_control(value) ? "must not contain control characters" : "";
}

std::string_view event_pattern(std::string_view value) {
  if (is_member_event(value)) return "";
  if (value.find('*') < value.size() - 1) return "may contain * only as its last character";
  return value == "*" ? "" : event_name(value);
}

std::string_view web_address(std::string_view value) {
  constexpr std::string_view rule = "must be like https://host/path or http://host:port/path";
  if (value.empty()) return "";
  auto rest = value;
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return rule;
  }
  auto host = rest.substr(0, rest.find_first_of("/?#"));
  if (host.find('@') != std::string_view::npos) return "must not contain a user name or password";
  bool fits = !host.empty() && !host.starts_with(':') && all(host, ".:_-[]");
  return fits && !has_control(value) && value.find(' ') == std::string_view::npos ? "" : rule;
}

std::string_view nats_address(std::string_view value) {
  constexpr std::string_view rule = "must be like nats://host:4222 or tls://host:4222";
  constexpr std::string_view separator = "://";
  const auto scheme = value.substr(0, std::min(value.find(separator), value.size()));
  if (scheme != "nats" && scheme != "tls") return rule;
  const auto rest = value.substr(scheme.size() + separator.size());
  if (rest.find('@') != std::string_view::npos) {
    return "must not contain a user name or password; use cluster.user and cluster.password";
  }
  return !rest.empty() && !rest.starts_with(':') && all(rest, ".:_-[]") ? "" : rule;
}

std::string_view nkey(std::string_view value) {
  constexpr std::size_t characters = 56;
  const bool fits =
      value.size() == characters && value.front() == 'U' && std::ranges::all_of(value, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7');
      });
  return value.empty() || fits ? "" : "must be U and 55 characters of A to Z and 2 to 7";
}

std::string_view cookie_name(std::string_view value) {
  return value.empty() ? "" : subprotocol(value);
}

std::string_view bearer_token(std::string_view value) {
  const bool fits =
      std::ranges::all_of(value, [](unsigned char c) { return c > 0x20 && c < 0x7F; });
  return fits ? "" : "may contain only visible ASCII characters without spaces";
}

std::string_view network(std::string_view value) {
  return parse_cidr(value) ? "" : "must be a network such as 10.0.0.0/8 or fd00::/8, or an address";
}

}  // namespace roost::value_formats
