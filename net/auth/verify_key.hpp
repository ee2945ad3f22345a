// One key, and the one algorithm that it is for.
#pragma once

#include <openssl/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "config/base/error.hpp"

namespace roost::net::auth {

/// RFC 7518 section 3.1 and RFC 8037 section 3.1. There is no `none`.
enum class algorithm : std::uint8_t { hs256, rs256, es256, eddsa };

/// By the exact name in a header ("HS256"), or nothing.
std::optional<algorithm> algorithm_of(std::string_view name);
std::string_view name_of(algorithm what);

/// A key belongs to one algorithm from the start, so no header can make a public key a secret.
/// Owns: a share of the key. Runs on: any thread, it does not change. Ends: with its key_set.
class verify_key {
 public:
  /// Each fails with bad_setting and what is wrong with the key. Numbers are big-endian bytes.
  static result<verify_key> from_secret(std::string_view secret);
  static result<verify_key> from_rsa(std::string_view modulus, std::string_view exponent);
  static result<verify_key> from_p256(std::string_view x, std::string_view y);
  static result<verify_key> from_ed25519(std::string_view x);

  algorithm what() const { return what_; }
  /// `signature` as RFC 7518 has it: for ES256 the 64 bytes of r and s.
  bool verifies(std::string_view text, std::string_view signature) const;

 private:
  verify_key(algorithm what, std::string secret, EVP_PKEY* key);

  algorithm what_;
  std::string secret_;  ///< hs256 only
  std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace roost::net::auth
