// SPDX-License-Identifier: Apache-2.0
// Checks the Origin header of upgrades with the rules of Phoenix's check_origin. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/schema/settings.hpp"
#include "net/http/message/own_hosts.hpp"

namespace roost::net::http {

/// Scheme, host and port of a page or rule; an empty or zero part is absent.
struct web_origin {
  std::string scheme;
  std::string host;
  std::uint16_t port = 0;  ///< default of the scheme if absent
  /// Accepts "https://host:1234", "//host", "//*.host", "https://"; else returns nullopt.
  static std::optional<web_origin> parse(std::string_view text);
  friend bool operator==(const web_origin&, const web_origin&) = default;
};

/// The origin rule of one mount. Owns: its parsed entries. Runs on: any thread (immutable).
/// Ends: with its mount.
class origin_policy {
 public:
  explicit origin_policy(const origin_rule& rule);
  /// `origin` is the Origin header. Clients without one are not browsers and always allowed.
  /// `host` is the Host header. Only the rule `same` uses `host` and `own`.
  bool allows(std::optional<std::string_view> origin, std::string_view host,
              const own_hosts& own) const;
  /// The setting to change if a page is refused wrongly, for the log.
  std::string_view setting() const;

 private:
  origin_rule::mode mode_;
  std::vector<web_origin> entries_;
};

}  // namespace roost::net::http
