// Keys as issuers publish them: a JWK Set (RFC 7517, RFC 8037).
#pragma once

#include <cstddef>
#include <string_view>

#include "config/base/error.hpp"
#include "net/auth/key_set.hpp"

namespace roost::net::auth {

inline constexpr std::size_t jwks_bytes_max = 262'144;
inline constexpr std::size_t jwks_keys_max = 100;

struct jwks_options {
  bool takes_secrets = false;  ///< kty oct: only where nobody else can read the set
};

/// What a set came to.
struct jwks_keys {
  key_set keys;
  std::size_t skipped = 0;  ///< other uses, other algorithms, too weak, not understood
};

/// Fails with bad_setting where `text` is no set, is over a bound, or has no key that can be used:
/// the keys before it are better than none.
result<jwks_keys> read_jwks(std::string_view text, jwks_options options = {});

}  // namespace roost::net::auth
