// SPDX-License-Identifier: Apache-2.0
#include "net/auth/verify_key.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <array>
#include <tuple>
#include <utility>

#include "config/base/freed_by.hpp"
#include "net/auth/hmac.hpp"

namespace roost::net::auth {

namespace {

constexpr std::size_t hs256_signature_bytes = 32;
constexpr std::size_t p256_bytes = 32;
constexpr std::size_t ed25519_bytes = 32;
constexpr int rsa_bits_min = 2'048;
constexpr int rsa_bits_max = 8'192;  // the cost of verifying grows quadratically
constexpr int rsa_exponent_bits_max = 64;

constexpr std::array<std::pair<std::string_view, algorithm>, 4> names{{
    {"HS256", algorithm::hs256},
    {"RS256", algorithm::rs256},
    {"ES256", algorithm::es256},
    {"EdDSA", algorithm::eddsa},
}};

using number_ptr = std::unique_ptr<BIGNUM, freed_by<BN_free>>;
using builder_ptr = std::unique_ptr<OSSL_PARAM_BLD, freed_by<OSSL_PARAM_BLD_free>>;
using params_ptr = std::unique_ptr<OSSL_PARAM, freed_by<OSSL_PARAM_free>>;
using key_context_ptr = std::unique_ptr<EVP_PKEY_CTX, freed_by<EVP_PKEY_CTX_free>>;
using digest_context_ptr = std::unique_ptr<EVP_MD_CTX, freed_by<EVP_MD_CTX_free>>;
using signature_ptr = std::unique_ptr<ECDSA_SIG, freed_by<ECDSA_SIG_free>>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

number_ptr number(std::string_view big_endian) {
  return number_ptr{BN_bin2bn(bytes(big_endian), static_cast<int>(big_endian.size()), nullptr)};
}

error refuse(const char* why) {
  ERR_clear_error();
  return {errc::bad_setting, why};
}

// Builds a public key of `type` from its parts; null if they are not a valid key.
EVP_PKEY* assemble(const char* type, OSSL_PARAM_BLD* parts) {
  const params_ptr params{OSSL_PARAM_BLD_to_param(parts)};
  const key_context_ptr making{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
  EVP_PKEY* key = nullptr;
  if (!params || !making || EVP_PKEY_fromdata_init(making.get()) != 1 ||
      EVP_PKEY_fromdata(making.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  const key_context_ptr checking{EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)};
  if (checking && EVP_PKEY_public_check(checking.get()) == 1) return key;
  EVP_PKEY_free(key);
  return nullptr;
}

// Converts raw r and s to the DER form that OpenSSL needs; empty if they cannot be a signature.
std::string ecdsa_der(std::string_view raw) {
  if (raw.size() != 2 * p256_bytes) return {};
  auto r = number(raw.substr(0, p256_bytes));
  auto s = number(raw.substr(p256_bytes));
  const signature_ptr pair{ECDSA_SIG_new()};
  if (!r || !s || !pair || BN_is_zero(r.get()) || BN_is_zero(s.get())) return {};
  if (ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return {};
  std::ignore = r.release();  // ECDSA_SIG_set0 took ownership
  std::ignore = s.release();
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  if (size <= 0) return {};
  std::string out{reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)};
  OPENSSL_free(der);
  return out;
}

bool is_signed_by(EVP_PKEY* key, const EVP_MD* digest, std::string_view text,
                  std::string_view signature) {
  const digest_context_ptr context{EVP_MD_CTX_new()};
  const bool is_good = context &&
                       EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
                       EVP_DigestVerify(context.get(), bytes(signature), signature.size(),
                                        bytes(text), text.size()) == 1;
  ERR_clear_error();
  return is_good;
}

}  // namespace

std::optional<algorithm> algorithm_of(std::string_view name) {
  for (const auto& [text, alg] : names) {
    if (text == name) return alg;
  }
  return std::nullopt;
}

std::string_view name_of(algorithm alg) { return names[static_cast<std::size_t>(alg)].first; }

verify_key::verify_key(algorithm alg, std::string secret, EVP_PKEY* key)
    : alg_(alg), secret_(std::move(secret)), key_(key, EVP_PKEY_free) {}

result<verify_key> verify_key::from_secret(std::string_view secret) {
  if (secret.size() < hs256_secret_bytes_min) return refuse("the secret is shorter than 32 bytes");
  return verify_key{algorithm::hs256, std::string{secret}, nullptr};
}

result<verify_key> verify_key::from_rsa(std::string_view modulus, std::string_view exponent) {
  const auto n = number(modulus);
  const auto e = number(exponent);
  if (!n || !e) return refuse("not an RSA key");
  const int bits = BN_num_bits(n.get());
  if (bits < rsa_bits_min) return refuse("an RSA key of less than 2048 bits");
  if (bits > rsa_bits_max) return refuse("an RSA key of more than 8192 bits");
  // With an exponent of 1 anyone can forge signatures.
  if (!BN_is_odd(e.get()) || BN_is_one(e.get()) || BN_num_bits(e.get()) > rsa_exponent_bits_max) {
    return refuse("an RSA key with a bad exponent");
  }
  const builder_ptr parts{OSSL_PARAM_BLD_new()};
  if (!parts || OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return refuse("not an RSA key");
  }
  auto* key = assemble("RSA", parts.get());
  if (!key) return refuse("not an RSA key");
  return verify_key{algorithm::rs256, {}, key};
}

result<verify_key> verify_key::from_p256(std::string_view x, std::string_view y) {
  if (x.size() != p256_bytes || y.size() != p256_bytes) return refuse("not a point of P-256");
  const auto point = std::string{'\x04'}.append(x).append(y);  // uncompressed
  const builder_ptr parts{OSSL_PARAM_BLD_new()};
  if (!parts ||
      OSSL_PARAM_BLD_push_utf8_string(parts.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(parts.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1) {
    return refuse("not a point of P-256");
  }
  auto* key = assemble("EC", parts.get());
  if (!key) return refuse("not a point of P-256");
  return verify_key{algorithm::es256, {}, key};
}

result<verify_key> verify_key::from_ed25519(std::string_view x) {
  if (x.size() != ed25519_bytes) return refuse("not an Ed25519 key");
  auto* key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(x), x.size());
  if (!key) return refuse("not an Ed25519 key");
  return verify_key{algorithm::eddsa, {}, key};
}

bool verify_key::verifies(std::string_view text, std::string_view signature) const {
  switch (alg_) {
    case algorithm::hs256:
      return signature.size() == hs256_signature_bytes &&
             is_same_secret(hmac_sha256(secret_, text), signature);
    case algorithm::rs256:
      return is_signed_by(key_.get(), EVP_sha256(), text, signature);
    case algorithm::es256: {
      const auto der = ecdsa_der(signature);
      return !der.empty() && is_signed_by(key_.get(), EVP_sha256(), text, der);
    }
    case algorithm::eddsa:
      return is_signed_by(key_.get(), nullptr, text, signature);
  }
  return false;
}

}  // namespace roost::net::auth
