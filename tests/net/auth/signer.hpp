// SPDX-License-Identifier: Apache-2.0
// Issues tokens in tests: keys of each algorithm, and signatures by them.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

#include "net/auth/key_set.hpp"

namespace roost::net::auth {

/// A secret of the minimum length for HS256.
inline constexpr std::string_view test_secret = "0123456789abcdef0123456789abcdef";

/// Signs texts and tokens with one key. Owns: a private key. Runs on: any thread. Ends: with its
/// test.
class signer {
 public:
  static signer rsa(unsigned bits = 2'048);
  static signer p256();
  static signer ed25519();

  /// The public key as a JWK; `more` is inserted before its closing brace (`,"kid":"a"`).
  std::string jwk(std::string_view more = "") const;
  /// The public key as PEM. Attackers know it too.
  std::string pem() const;
  /// The signature in the form of RFC 7518: for ES256 r and s, 32 bytes each.
  std::string sign(std::string_view text) const;
  /// An ES256 signature as ASN.1 DER, which is not valid in a token.
  std::string sign_der(std::string_view text) const;
  /// An RSA signature with this digest ("SHA256") and this padding ("pkcs1" or "pss").
  std::string sign_rsa(std::string_view text, const char* digest, const char* padding) const;
  /// The signed token with this header and these claims.
  std::string token(std::string_view header, std::string_view claims) const;

 private:
  explicit signer(EVP_PKEY* key);
  std::shared_ptr<EVP_PKEY> key_;
};

/// "header.claims" without a signature.
std::string unsigned_token(std::string_view header, std::string_view claims);
/// `text`, a dot and this signature.
std::string with_signature(std::string_view text, std::string_view signature);
/// A token signed with HS256.
std::string hs256_token(std::string_view header, std::string_view claims,
                        std::string_view secret = test_secret);

/// The keys of a set with these JWKs; an empty key_set if the set is refused.
key_set keys_of(std::string_view jwks, bool allows_secrets = false);

}  // namespace roost::net::auth
