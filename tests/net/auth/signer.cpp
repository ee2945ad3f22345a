// SPDX-License-Identifier: Apache-2.0
#include "tests/net/auth/signer.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>

#include <array>
#include <stdexcept>

#include "net/auth/base64url.hpp"
#include "net/auth/hmac.hpp"
#include "net/auth/jwks.hpp"

namespace roost::net::auth {

namespace {

using number_ptr = std::unique_ptr<BIGNUM, decltype(&BN_free)>;

std::string bytes_of(const BIGNUM* number, int size) {
  std::string out(static_cast<std::size_t>(size), '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(out.data()), size);
  return out;
}

std::string number_of(EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  const number_ptr held{number, BN_free};
  return base64url_encode(bytes_of(number, BN_num_bytes(number)));
}

std::string coordinate_of(EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  const number_ptr held{number, BN_free};
  return base64url_encode(bytes_of(number, 32));
}

using context_ptr = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

/// The signature of `text` by a context that is ready to sign; empty if OpenSSL refuses.
std::string signature_by(EVP_MD_CTX* context, std::string_view text) {
  const auto* in = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  if (EVP_DigestSign(context, nullptr, &size, in, text.size()) != 1) return {};
  std::string out(size, '\0');
  if (EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &size, in,
                     text.size()) != 1) {
    return {};
  }
  out.resize(size);
  return out;
}

bool is_kind(EVP_PKEY* key, const char* kind) { return EVP_PKEY_is_a(key, kind) == 1; }

std::string parts_of(EVP_PKEY* key) {
  if (is_kind(key, "RSA")) {
    return R"("kty":"RSA","n":")" + number_of(key, OSSL_PKEY_PARAM_RSA_N) + R"(","e":")" +
           number_of(key, OSSL_PKEY_PARAM_RSA_E) + '"';
  }
  if (is_kind(key, "EC")) {
    return R"("kty":"EC","crv":"P-256","x":")" + coordinate_of(key, OSSL_PKEY_PARAM_EC_PUB_X) +
           R"(","y":")" + coordinate_of(key, OSSL_PKEY_PARAM_EC_PUB_Y) + '"';
  }
  std::array<unsigned char, 32> raw{};
  std::size_t size = raw.size();
  EVP_PKEY_get_raw_public_key(key, raw.data(), &size);
  return R"("kty":"OKP","crv":"Ed25519","x":")" +
         base64url_encode({reinterpret_cast<const char*>(raw.data()), size}) + '"';
}

}  // namespace

signer::signer(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {
  if (!key) throw std::runtime_error{"no key could be made"};
}

signer signer::rsa(unsigned bits) {
  return signer{EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{bits})};
}
signer signer::p256() { return signer{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")}; }
signer signer::ed25519() { return signer{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")}; }

std::string signer::jwk(std::string_view more) const {
  return "{" + parts_of(key_.get()) + std::string{more} + "}";
}

std::string signer::pem() const {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new(BIO_s_mem()), BIO_free};
  PEM_write_bio_PUBKEY(out.get(), key_.get());
  char* text = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string signer::sign_der(std::string_view text) const {
  const context_ptr context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  const auto* digest = is_kind(key_.get(), "ED25519") ? nullptr : EVP_sha256();
  EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_.get());
  return signature_by(context.get(), text);
}

std::string signer::sign_rsa(std::string_view text, const char* digest, const char* padding) const {
  const context_ptr context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  std::string mode{padding};
  const std::array<OSSL_PARAM, 2> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_PAD_MODE, mode.data(), 0),
      OSSL_PARAM_construct_end()};
  EVP_DigestSignInit_ex(context.get(), nullptr, digest, nullptr, nullptr, key_.get(),
                        parameters.data());
  return signature_by(context.get(), text);
}

std::string signer::sign(std::string_view text) const {
  const auto der = sign_der(text);
  if (!is_kind(key_.get(), "EC")) return der;
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair{
      d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), ECDSA_SIG_free};
  return bytes_of(ECDSA_SIG_get0_r(pair.get()), 32) + bytes_of(ECDSA_SIG_get0_s(pair.get()), 32);
}

std::string signer::token(std::string_view header, std::string_view claims) const {
  const auto text = unsigned_token(header, claims);
  return with_signature(text, sign(text));
}

std::string unsigned_token(std::string_view header, std::string_view claims) {
  return base64url_encode(header) + "." + base64url_encode(claims);
}

std::string with_signature(std::string_view text, std::string_view signature) {
  return std::string{text} + "." + base64url_encode(signature);
}

std::string hs256_token(std::string_view header, std::string_view claims, std::string_view secret) {
  const auto text = unsigned_token(header, claims);
  return with_signature(text, hmac_sha256(secret, text));
}

key_set keys_of(std::string_view jwks, bool allows_secrets) {
  auto read = read_jwks(R"({"keys":[)" + std::string{jwks} + "]}", {allows_secrets});
  return read ? std::move(read->keys) : key_set{};
}

}  // namespace roost::net::auth
