// SPDX-License-Identifier: Apache-2.0
#include "net/auth/verify_key.hpp"

#include "net/auth/base64url.hpp"
#include "net/auth/hmac.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/net/auth/signer.hpp"

namespace roost::net::auth {

namespace {

const verify_key& only_key(const key_set& keys, algorithm alg) {
  const auto candidates = keys.candidates(alg, std::nullopt);
  REQUIRE(candidates.size() == 1);
  return *candidates.front();
}

std::string modulus(std::size_t bits) {
  std::string out(bits / 8, '\xff');
  return out;
}

std::string why(const result<verify_key>& got) { return got ? "" : got.failure().detail; }

// Requires that a signature is refused after any bit flip and at any other length.
void check_only_takes(const verify_key& key, const std::string& text, const std::string& good) {
  CHECK(key.verifies(text, good));
  CHECK_FALSE(key.verifies(text + "x", good));
  CHECK_FALSE(key.verifies("", good));
  for (std::size_t i = 0; i < good.size(); i += 7) {
    auto bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    REQUIRE_FALSE(key.verifies(text, bad));
    REQUIRE_FALSE(key.verifies(text, good.substr(0, i)));
  }
  CHECK_FALSE(key.verifies(text, good + '\0'));
  CHECK_FALSE(key.verifies(text, '\0' + good));
  CHECK_FALSE(key.verifies(text, std::string(good.size(), '\0')));
}

}  // namespace

TEST_CASE("algorithm names are exact and there is no algorithm none") {
  for (const auto alg : {algorithm::hs256, algorithm::rs256, algorithm::es256, algorithm::eddsa}) {
    CHECK(algorithm_of(name_of(alg)) == alg);
  }
  for (const auto* bad : {"none", "None", "NONE", "nOnE", "", "hs256", "HS256 ", "HS384", "RS1",
                          "PS256", "ES256K", "ES512", "EDDSA", "Ed25519"}) {
    CAPTURE(bad);
    CHECK_FALSE(algorithm_of(bad));
  }
}

TEST_CASE("a key of each type accepts its own signature and no other") {
  const std::string text = "header.claims";
  check_only_takes(*verify_key::from_secret(test_secret), text, hmac_sha256(test_secret, text));
  const auto rsa = signer::rsa();
  check_only_takes(only_key(keys_of(rsa.jwk()), algorithm::rs256), text, rsa.sign(text));
  const auto ec = signer::p256();
  check_only_takes(only_key(keys_of(ec.jwk()), algorithm::es256), text, ec.sign(text));
  const auto ed = signer::ed25519();
  check_only_takes(only_key(keys_of(ed.jwk()), algorithm::eddsa), text, ed.sign(text));
}

TEST_CASE("an ES256 signature with r or s out of range or in ASN.1 form is refused") {
  const auto issuer = signer::p256();
  const auto keys = keys_of(issuer.jwk());
  const auto& key = only_key(keys, algorithm::es256);
  const auto good = issuer.sign("text");
  const std::string zero(32, '\0');
  CHECK_FALSE(key.verifies("text", zero + good.substr(32)));
  CHECK_FALSE(key.verifies("text", good.substr(0, 32) + zero));
  CHECK_FALSE(key.verifies("text", issuer.sign_der("text")));
  // The same r and s, but s has a leading zero byte.
  CHECK_FALSE(key.verifies("text", good.substr(0, 32) + '\0' + good.substr(32)));
  // The order of the curve, which is congruent to zero.
  const auto order = *base64url_decode("_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE");
  CHECK_FALSE(key.verifies("text", order + order));
  CHECK_FALSE(key.verifies("text", order + good.substr(32)));
  CHECK_FALSE(key.verifies("text", std::string(64, '\xff')));
}

TEST_CASE("a key that is weak or empty or invalid is refused") {
  CHECK(why(verify_key::from_secret(std::string(31, 'a'))) ==
        "the secret is shorter than 32 bytes");
  CHECK_FALSE(verify_key::from_secret(""));
  CHECK(why(verify_key::from_rsa(modulus(1'024), "\x01\x01")) ==
        "an RSA key of less than 2048 bits");
  CHECK(why(verify_key::from_rsa(modulus(16'384), "\x01\x01")) ==
        "an RSA key of more than 8192 bits");
  CHECK_FALSE(verify_key::from_rsa("", ""));
  CHECK_FALSE(verify_key::from_ed25519(std::string(31, 'a')));
  CHECK_FALSE(verify_key::from_ed25519(""));
  CHECK_FALSE(verify_key::from_p256("", ""));
  CHECK_FALSE(verify_key::from_p256(std::string(32, '\0'), std::string(32, '\0')));
  CHECK_FALSE(verify_key::from_p256(std::string(32, '\1'), std::string(32, '\1')));
  CHECK_FALSE(verify_key::from_p256(std::string(32, '\xff'), std::string(32, '\xff')));
}

TEST_CASE("an unsafe RSA exponent is refused") {
  using namespace std::string_literals;
  for (const auto& exponent : {""s, "\0"s, "\1"s, "\2"s, "\1\0\0"s, "\1"s + std::string(8, '\1')}) {
    CHECK(why(verify_key::from_rsa(modulus(2'048), exponent)) == "an RSA key with a bad exponent");
  }
}

}  // namespace roost::net::auth
