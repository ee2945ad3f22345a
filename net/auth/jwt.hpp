// SPDX-License-Identifier: Apache-2.0
// Parses and verifies JSON Web Tokens in compact form (RFC 7515, RFC 7519). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/base/error.hpp"
#include "net/auth/claims.hpp"
#include "net/auth/key_set.hpp"

namespace roost::net::auth {

inline constexpr std::size_t token_bytes_max = 8'192;

/// Error detail: the token's key is unknown. Fetching the keys again may make the token valid.
inline constexpr std::string_view unknown_key = "unknown_key";

/// The parts of a token before its signature is checked. Do not trust them.
struct unverified_token {
  algorithm alg = algorithm::hs256;
  std::optional<std::string> key_id;  ///< kid; only used in comparisons
  std::string_view signed_text;       ///< header and claims; points into the token
  std::string_view claims;            ///< still base64url; points into the token
  std::string signature;
};

/// Decodes the header and the signature, not the claims. Ignores typ and keys in the header (jwk,
/// jku, x5c, x5u). Fails with bad_token.
result<unverified_token> parse_token(std::string_view token);

/// Verifies signature and claims; `now_ms` is Unix time. Fails with token_expired if expiry is the
/// only fault, else with bad_token. The detail is one of a fixed set ("bad_signature", "claim_exp",
/// see docs/tokens.md) and contains no part of the token, so it is safe for logs and counters.
result<token_claims> verify_token(std::string_view token, const key_set& keys,
                                  const claim_requirements& demands, std::int64_t now_ms);

}  // namespace roost::net::auth
