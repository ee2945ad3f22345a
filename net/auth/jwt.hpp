// Tokens: JSON Web Tokens in the compact form (RFC 7515, RFC 7519).
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

/// The detail of a refusal that new keys may turn: whoever keeps them should look.
inline constexpr std::string_view unknown_key = "unknown_key";

/// What a token says before anybody has vouched for it.
struct unverified_token {
  algorithm what = algorithm::hs256;
  std::optional<std::string> key_id;  ///< kid: only ever compared
  std::string_view signed_text;       ///< of the token: header and claims
  std::string_view claims;            ///< of the token: still base64url
  std::string signature;
};

/// The header alone; keys that it brings along (jwk, jku, x5c, x5u) are not looked at, and typ
/// neither. Fails with bad_token.
result<unverified_token> parse_token(std::string_view token);

/// Who holds `token`, at `now_ms` of Unix time. Fails with bad_token, or with token_expired where
/// the signature is good and time is all that is wrong. The detail is one of few fixed words
/// ("bad_signature", "claim_exp", see README.md), for logs and counters: nothing of the token.
result<token_claims> verify_token(std::string_view token, const key_set& keys,
                                  const claim_demands& demands, std::int64_t now_ms);

}  // namespace roost::net::auth
