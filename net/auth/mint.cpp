// SPDX-License-Identifier: Apache-2.0
#include "net/auth/mint.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "net/auth/base64url.hpp"
#include "net/auth/hmac.hpp"
#include "net/auth/jwt.hpp"

namespace roost::net::auth {

namespace {

struct claim_row {
  std::string_view detail;  ///< error detail of read_claims()
  const char* rule;
};
constexpr const char* name_rule =
    " must be a string of 1..255 bytes without control characters; digits as a string are \"7\"";
constexpr const char* moment_rule = " must be seconds of Unix time";
constexpr std::array claim_rules{
    claim_row{"claim_sub", name_rule},
    claim_row{"claim_jti", name_rule},
    claim_row{"claim_iss", " must be a string; digits as a string are \"7\""},
    claim_row{"claim_aud", " must be a string, or a list of strings; digits as a string are \"7\""},
    claim_row{"claim_exp", moment_rule},
    claim_row{"claim_nbf", moment_rule},
    claim_row{"claim_iat", moment_rule},
    claim_row{"claim_grants", " must be an object of topics and actions, at most 256 in all"},
};

/// Explains an error detail to the user of the command line; a node logs the detail only.
std::string explained(const std::string& detail) {
  const auto row = std::ranges::find(claim_rules, detail, &claim_row::detail);
  if (row == claim_rules.end()) return detail;
  return "the claim " + detail.substr(std::string_view{"claim_"}.size()) + row->rule;
}

}  // namespace

result<std::string> mint(std::string_view claims, std::string_view secret) {
  auto key = verify_key::from_secret(secret);
  if (!key) return key.failure();
  auto token = base64url_encode(R"({"alg":"HS256","typ":"JWT"})") + "." + base64url_encode(claims);
  token += "." + base64url_encode(hmac_sha256(secret, token));
  key_set keys;
  keys.add("", std::move(*key));
  // Verify at time 0, so that expired tokens can be created: tests need them.
  if (const auto verified = verify_token(token, keys, {"", "", 0}, 0);
      !verified && verified.failure().detail != "not_yet_valid" &&
      verified.failure().detail != "expired") {
    return error{errc::bad_setting,
                 "no node would accept it: " + explained(verified.failure().detail)};
  }
  return token;
}

}  // namespace roost::net::auth
