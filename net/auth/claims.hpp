// What a token says, once its signature is known to be good.
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

/// Most bytes of sub and jti.
inline constexpr std::size_t claim_bytes_max = 255;

/// The claims of a token (RFC 7519 section 4). Moments are Unix time in milliseconds.
struct token_claims {
  std::string user;      ///< sub; empty: the token names nobody
  std::string issuer;    ///< iss; empty: none
  std::string token_id;  ///< jti; empty: none
  std::vector<std::string> audience;
  std::optional<std::int64_t> expires_ms;     ///< exp
  std::optional<std::int64_t> not_before_ms;  ///< nbf
  std::optional<std::int64_t> issued_ms;      ///< iat
  grant_list grants;
  std::shared_ptr<const nlohmann::json> all;  ///< the whole object, for rules
};

/// What the settings ask of claims.
struct claim_demands {
  std::string issuer;          ///< what iss must be; empty: anything
  std::string audience;        ///< what aud must have; empty: anything
  std::int64_t leeway_ms = 0;  ///< how far the issuer's clock may differ
};

/// Fails with bad_token and a detail such as "claim_exp" where a claim that we know has the wrong
/// form: a token is never half understood.
result<token_claims> read_claims(nlohmann::json all);

/// At `now_ms` of Unix time. token_expired only where time is all that is wrong: a new token helps.
result<void> check_claims(const token_claims& claims, const claim_demands& demands,
                          std::int64_t now_ms);

}  // namespace roost::net::auth
