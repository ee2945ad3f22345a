// SPDX-License-Identifier: Apache-2.0
// A key that verifies signatures of one algorithm. Pure.
#pragma once

#include <openssl/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "config/base/error.hpp"

namespace roost::net::auth {

/// RFC 7518 section 3.1 and RFC 8037 section 3.1. The algorithm `none` is not supported.
enum class algorithm : std::uint8_t { hs256, rs256, es256, eddsa };

/// Looks up the exact name of a token header ("HS256"); nullopt if unknown.
std::optional<algorithm> algorithm_of(std::string_view name);
std::string_view name_of(algorithm alg);

/// A key is bound to one algorithm. This prevents algorithm confusion: a token header cannot make
/// the server use a public key as an HMAC secret.
/// Owns: a share of the key. Runs on: any thread (immutable). Ends: with its key_set.
class verify_key {
 public:
  /// Fail with bad_setting and a detail. Numbers are big-endian bytes.
  static result<verify_key> from_secret(std::string_view secret);
  static result<verify_key> from_rsa(std::string_view modulus, std::string_view exponent);
  static result<verify_key> from_p256(std::string_view x, std::string_view y);
  static result<verify_key> from_ed25519(std::string_view x);

  algorithm alg() const { return alg_; }
  /// `signature` has the format of RFC 7518; for ES256 the 64 bytes of r and s (section 3.4).
  bool verifies(std::string_view text, std::string_view signature) const;

 private:
  verify_key(algorithm alg, std::string secret, EVP_PKEY* key);

  algorithm alg_;
  std::string secret_;  ///< hs256 only
  std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace roost::net::auth
