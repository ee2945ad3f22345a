// SPDX-License-Identifier: Apache-2.0
#include "net/auth/jwks.hpp"

#include <string>

#include "net/auth/base64url.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/net/auth/signer.hpp"

namespace roost::net::auth {

namespace {

std::string set_of(std::string_view keys) { return R"({"keys":[)" + std::string{keys} + "]}"; }

const signer& ed() {
  static const auto issuer = signer::ed25519();
  return issuer;
}

// The number of skipped keys in a set of this key and a valid one.
std::size_t skipped_beside_good(const std::string& key) {
  const auto got = read_jwks(set_of(key + "," + ed().jwk()));
  REQUIRE(got);
  CHECK(got->keys.size() + got->skipped == 2);
  return got->skipped;
}

std::string why(std::string_view text) {
  const auto got = read_jwks(text);
  return got ? "" : got.failure().detail;
}

std::string oct() { return R"({"kty":"oct","k":")" + base64url_encode(test_secret) + R"("})"; }

}  // namespace

TEST_CASE("a key set may contain RSA and EC and Ed25519 keys") {
  const auto rsa = signer::rsa();
  const auto ec = signer::p256();
  const auto got = read_jwks(set_of(rsa.jwk(R"(,"kid":"r","use":"sig","alg":"RS256")") + "," +
                                    ec.jwk(R"(,"kid":"e","key_ops":["verify"])") + "," +
                                    ed().jwk(R"(,"kid":"o")")));
  REQUIRE(got);
  CHECK(got->skipped == 0);
  CHECK(got->keys.candidates(algorithm::rs256, "r").size() == 1);
  CHECK(got->keys.candidates(algorithm::es256, "e").size() == 1);
  CHECK(got->keys.candidates(algorithm::eddsa, "o").size() == 1);
}

TEST_CASE("a key with an unsuitable use or key_ops or alg or kid is skipped") {
  for (const auto* more :
       {R"(,"use":"enc")", R"(,"use":"")", R"(,"use":7)", R"(,"key_ops":["encrypt"])",
        R"(,"key_ops":[])", R"(,"key_ops":"verify")", R"(,"alg":"RS256")", R"(,"alg":"none")",
        R"(,"alg":null)", R"(,"kid":7)", R"(,"kid":null)"}) {
    CAPTURE(more);
    CHECK(skipped_beside_good(ed().jwk(more)) == 1);
  }
  CHECK(skipped_beside_good(ed().jwk(R"(,"kid":")" + std::string(256, 'k') + "\"")) == 1);
  CHECK(skipped_beside_good(ed().jwk(R"(,"kid":")" + std::string(255, 'k') + "\"")) == 0);
}

TEST_CASE("a weak or unsupported or malformed key is skipped") {
  const auto rsa = signer::rsa(1'024);
  CHECK(skipped_beside_good(rsa.jwk()) == 1);
  const auto good = signer::rsa();
  CHECK(skipped_beside_good(good.jwk(R"(,"alg":"PS256")")) == 1);
  for (const auto* key :
       {"7", "null", "[]", "{}", R"({"kty":"RSA"})", R"({"kty":"RSA","n":"AQAB","e":"AQAB"})",
        R"({"kty":"rsa"})", R"({"kty":["RSA"]})", R"({"kty":"AKP"})",
        R"({"kty":"OKP","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})",
        R"({"kty":"OKP","crv":"Ed25519"})", R"({"kty":"OKP","crv":"Ed25519","x":"!"})",
        R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUR"})",
        R"({"kty":"EC","crv":"P-384","x":"AA","y":"AA"})",
        R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
        R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1"})"}) {
    CAPTURE(key);
    CHECK(skipped_beside_good(key) == 1);
  }
}

TEST_CASE("a shared secret is read only from a key set that may hold secrets") {
  CHECK(skipped_beside_good(oct()) == 1);
  const auto got = read_jwks(set_of(oct()), {.allows_secrets = true});
  REQUIRE(got);
  CHECK(got->keys.candidates(algorithm::hs256, std::nullopt).size() == 1);
  CHECK_FALSE(read_jwks(set_of(R"({"kty":"oct","k":"c2hvcnQ"})"), {.allows_secrets = true}));
}

TEST_CASE("a document that is not a key set or has no usable key is refused") {
  CHECK(why("") == "the key set cannot be read: not_json");
  CHECK(why("<html>") == "the key set cannot be read: not_json");
  CHECK(why(R"({"keys":[],"keys":[]})") == "the key set cannot be read: duplicate_member");
  CHECK(why(set_of(R"({"kty":[[[[[[[[7]]]]]]]]})")) == "the key set cannot be read: too_deep");
  for (const auto* text :
       {"[]", "7", "{}", R"({"keys":{}})", R"({"keys":"x"})", R"({"Keys":[]})"}) {
    CAPTURE(text);
    CHECK(why(text) == "the key set has no \"keys\"");
  }
  CHECK(why(set_of("")) == "the key set has no key that can be used");
  CHECK(why(set_of("{},{}")) == "the key set has no key that can be used");
}

TEST_CASE("one byte order mark before a key set is ignored") {
  CHECK(read_jwks("\xEF\xBB\xBF" + set_of(ed().jwk())));
  CHECK(why("\xEF\xBB\xBF\xEF\xBB\xBF" + set_of(ed().jwk())) ==
        "the key set cannot be read: not_json");
}

TEST_CASE("a key set is bounded in keys and in bytes") {
  std::string keys = ed().jwk();
  for (std::size_t i = 1; i < jwks_keys_max; ++i) keys += ",{}";
  CHECK(read_jwks(set_of(keys)));
  CHECK(why(set_of(keys + ",{}")) == "the key set has more than 100 keys");
  auto text = set_of(ed().jwk());
  text.append(jwks_bytes_max - text.size(), ' ');
  CHECK(read_jwks(text));
  CHECK(why(text + " ") == "the key set has more than 256 KiB");
}

}  // namespace roost::net::auth
