// SPDX-License-Identifier: Apache-2.0
// Token claims: reads them from JSON and checks issuer, audience and times. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "config/base/error.hpp"
#include "net/auth/grants.hpp"

namespace roost::net::auth {

/// Maximum length of sub and jti in bytes.
inline constexpr std::size_t claim_bytes_max = 255;

/// The claims of a token (RFC 7519 section 4). Times are Unix time in milliseconds.
struct token_claims {
  std::string user;      ///< sub; empty: none
  std::string issuer;    ///< iss; empty: none
  std::string token_id;  ///< jti; empty: none
  std::vector<std::string> audience;
  std::optional<std::int64_t> expires_ms;     ///< exp
  std::optional<std::int64_t> not_before_ms;  ///< nbf
  std::optional<std::int64_t> issued_ms;      ///< iat
  grant_list grants;
  std::shared_ptr<const nlohmann::json> all;  ///< the whole claims object, for claim rules
};

/// The requirements of the settings for claims.
struct claim_requirements {
  std::string issuer;          ///< required value of iss; empty: any
  std::string audience;        ///< value that aud must contain; empty: any
  std::int64_t leeway_ms = 0;  ///< tolerated difference between the clocks of issuer and node
};

/// Fails with bad_token and a detail such as "claim_exp" if a known claim has the wrong type or
/// form. Unknown claims are kept in `all` only.
result<token_claims> read_claims(nlohmann::json all);

/// `now_ms` is Unix time. Fails with token_expired only if expiry is the only fault, so that the
/// client knows that a new token helps; else with bad_token.
result<void> check_claims(const token_claims& claims, const claim_requirements& demands,
                          std::int64_t now_ms);

}  // namespace roost::net::auth
