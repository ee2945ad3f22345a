// SPDX-License-Identifier: Apache-2.0
// Parses a JWK Set, the format in which issuers publish keys (RFC 7517, RFC 8037). Pure.
#pragma once

#include <cstddef>
#include <string_view>

#include "config/base/error.hpp"
#include "net/auth/key_set.hpp"

namespace roost::net::auth {

inline constexpr std::size_t jwks_bytes_max = 262'144;
inline constexpr std::size_t jwks_keys_max = 100;

struct jwks_options {
  bool allows_secrets = false;  ///< accept kty oct; only safe if nobody else can read the set
};

/// The result of parsing a set.
struct jwks_keys {
  key_set keys;
  std::size_t skipped = 0;  ///< keys for another use or algorithm, too weak, or not understood
};

/// Fails with bad_setting if `text` is not a JWK Set, exceeds a bound, or has no usable key; the
/// caller then keeps the keys that it had.
result<jwks_keys> read_jwks(std::string_view text, jwks_options options = {});

}  // namespace roost::net::auth
