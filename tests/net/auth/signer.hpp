// Whoever issues tokens in these tests: keys of each kind, and what they sign.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

#include "net/auth/key_set.hpp"

namespace roost::net::auth {

/// A secret as long as it must be.
inline constexpr std::string_view test_secret = "0123456789abcdef0123456789abcdef";

/// Owns: a private key. Runs on: any thread. Ends: with its test.
class signer {
 public:
  static signer rsa(unsigned bits = 2'048);
  static signer p256();
  static signer ed25519();

  /// The public key as a JWK; `more` is put before its end (`,"kid":"a"`).
  std::string jwk(std::string_view more = "") const;
  /// The public key as PEM, which an attacker knows as well.
  std::string pem() const;
  /// As RFC 7518 has it: for ES256 r and s.
  std::string sign(std::string_view text) const;
  /// ES256: as ASN.1, which is wrong in a token.
  std::string sign_der(std::string_view text) const;
  /// The token with this header and these claims.
  std::string token(std::string_view header, std::string_view claims) const;

 private:
  explicit signer(EVP_PKEY* key);
  std::shared_ptr<EVP_PKEY> key_;
};

/// "header.claims" without a signature.
std::string unsigned_token(std::string_view header, std::string_view claims);
/// `text` and this signature behind a dot.
std::string with_signature(std::string_view text, std::string_view signature);
/// With HS256.
std::string hs256_token(std::string_view header, std::string_view claims,
                        std::string_view secret = test_secret);

/// The keys of a set with these JWKs in it; none where it is refused.
key_set keys_of(std::string_view jwks, bool takes_secrets = false);

}  // namespace roost::net::auth
