// Which pages may open a connection: the rules of Phoenix's check_origin.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "net/http/own_hosts.hpp"

namespace roost::net::http {

/// Scheme, host and port of a page; an empty or zero part was not given.
struct web_origin {
  std::string scheme;
  std::string host;
  std::uint16_t port = 0;  ///< the scheme's own where none is written
  /// Takes "https://host:1234", "//host", "//*.host", "https://"; nothing for anything else.
  static std::optional<web_origin> parse(std::string_view text);
  friend bool operator==(const web_origin&, const web_origin&) = default;
};

/// The rule of one mount. Owns: its entries, parsed. Runs on: any thread (it does not change).
/// Ends: with its mount.
class origin_policy {
 public:
  explicit origin_policy(const origin_rule& rule);
  /// `origin` is the header, nothing where the client sent none (no browser): always allowed.
  /// `host` is the Host header; `own` is asked by the rule same only.
  bool allows(std::optional<std::string_view> origin, std::string_view host,
              const own_hosts& own) const;
  /// The setting to change where it refuses a page, for people.
  std::string_view setting() const;

 private:
  origin_rule::mode how_;
  std::vector<web_origin> entries_;
};

}  // namespace roost::net::http
