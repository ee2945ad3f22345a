// SPDX-License-Identifier: Apache-2.0
// Forged and malformed tokens that must be refused.
#include <string>
#include <utility>
#include <vector>

#include "net/auth/base64url.hpp"
#include "net/auth/hmac.hpp"
#include "net/auth/jwt.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/net/auth/signer.hpp"

namespace roost::net::auth {

namespace {

constexpr std::int64_t now_ms = 1'000'000;
constexpr auto good_header = R"({"alg":"HS256"})";
constexpr auto good_claims = R"({"sub":"ada","exp":2000})";

struct node {
  signer rsa = signer::rsa();
  signer ec = signer::p256();
  signer ed = signer::ed25519();
  key_set keys = keys_of(rsa.jwk(R"(,"kid":"rsa")") + "," + ec.jwk(R"(,"kid":"ec")") + "," +
                         ed.jwk(R"(,"kid":"ed")"));
  node() { keys.add("hs", *verify_key::from_secret(test_secret)); }

  /// The detail of the refusal; "" if the token is accepted. No token here is expired.
  std::string refusal(std::string_view token) const {
    const auto got = verify_token(token, keys, {}, now_ms);
    if (got) return "";
    CHECK(got.failure().code == errc::bad_token);
    return got.failure().detail;
  }
};

const node& target() {
  static const node one;
  return one;
}

std::string header_refusal(std::string_view header) {
  return target().refusal(hs256_token(header, good_claims));
}
std::string claims_refusal(std::string_view claims) {
  return target().refusal(hs256_token(good_header, claims));
}

}  // namespace

TEST_CASE("the token that the other tests of this file modify is valid") {
  CHECK(target().refusal(hs256_token(good_header, good_claims)).empty());
}

TEST_CASE("alg none is refused in every spelling with and without a signature") {
  for (const std::string none : {"none", "None", "NONE", "nOnE", "nonE", "none ", " none", "",
                                 "\\u006eone", "n\\u006fne", "null", "no\\u0000ne"}) {
    CAPTURE(none);
    const auto header = R"({"alg":")" + none + R"("})";
    CHECK(header_refusal(header) == "alg");
    CHECK(target().refusal(unsigned_token(header, good_claims) + ".") == "alg");
    CHECK(target().refusal(unsigned_token(header, good_claims)) == "not_three_parts");
  }
}

TEST_CASE("an alg that is missing or not a string or unsupported is refused") {
  for (const auto* header :
       {R"({})", R"({"alg":null})", R"({"alg":0})", R"({"alg":["HS256"]})", R"({"alg":true})",
        R"({"alg":{"HS256":1}})", R"({"ALG":"HS256"})", R"({"alg":"hs256"})", R"({"alg":"HS512"})",
        R"({"alg":"HS256\u0000"})", R"({"alg":"RS512"})", R"({"alg":"PS256"})",
        R"({"alg":"ES256K"})", R"({"alg":"dir"})", R"({"alg":"A128KW","enc":"A128GCM"})"}) {
    CAPTURE(header);
    CHECK(header_refusal(header) == "alg");
  }
}

TEST_CASE("a token signed by HS256 with a public key as the secret is refused") {
  for (const auto& issuer : {target().rsa, target().ec, target().ed}) {
    for (const auto* kid : {"rsa", "ec", "ed", "hs"}) {
      const auto header = R"({"alg":"HS256","kid":")" + std::string{kid} + R"("})";
      auto pem = issuer.pem();
      CHECK_FALSE(target().refusal(hs256_token(header, good_claims, pem)).empty());
      pem.pop_back();
      CHECK_FALSE(target().refusal(hs256_token(header, good_claims, pem)).empty());
      CHECK_FALSE(target().refusal(hs256_token(header, good_claims, issuer.jwk())).empty());
    }
    CHECK(target().refusal(hs256_token(good_header, good_claims, issuer.pem())) == "bad_signature");
  }
}

TEST_CASE("a token is refused if its algorithm does not match the key that signed it") {
  const auto& at = target();
  CHECK(at.refusal(at.rsa.token(R"({"alg":"RS256","kid":"ec"})", good_claims)) ==
        "alg_of_another_key");
  CHECK(at.refusal(at.rsa.token(R"({"alg":"ES256","kid":"rsa"})", good_claims)) ==
        "alg_of_another_key");
  CHECK(at.refusal(at.rsa.token(R"({"alg":"ES256"})", good_claims)) == "bad_signature");
  CHECK(at.refusal(at.ec.token(R"({"alg":"EdDSA"})", good_claims)) == "bad_signature");
  CHECK(at.refusal(hs256_token(R"({"alg":"RS256"})", good_claims)) == "bad_signature");
}

TEST_CASE("a kid is only compared with key ids and never interpreted") {
  for (const std::string kid :
       {"../../../../dev/null", "/dev/null", "file:///etc/passwd", "http://evil.example/k",
        "hs\\u0000", "' OR 1=1 --", "| cat /etc/passwd", "HS", "", "%s%n", "hs ", "$(id)"}) {
    CAPTURE(kid);
    const auto header = R"({"alg":"HS256","kid":")" + kid + R"("})";
    CHECK(header_refusal(header) == unknown_key);
    CHECK(target().refusal(hs256_token(header, good_claims, "")) == unknown_key);
  }
  for (const auto* kid : {"7", "null", "[\"hs\"]", "{\"a\":\"hs\"}", "true"}) {
    CAPTURE(kid);
    CHECK(header_refusal(R"({"alg":"HS256","kid":)" + std::string{kid} + "}") == "kid");
  }
  CHECK(header_refusal(R"({"alg":"HS256","kid":")" + std::string(256, 'k') + R"("})") == "kid");
  CHECK(header_refusal(R"({"alg":"HS256","kid":")" + std::string(6'000, 'k') + R"("})") == "kid");
}

TEST_CASE("keys and URLs in the header of a token are ignored") {
  const auto evil = signer::ed25519();
  const auto jwk = evil.jwk();
  for (const auto& more : {R"("jwk":)" + jwk, R"("jwk":)" + jwk + R"(,"kid":"ed")",
                           std::string{R"("jku":"http://127.0.0.1:1/jwks.json")"},
                           std::string{R"("x5u":"http://127.0.0.1:1/c.pem")"},
                           std::string{R"("x5c":["MIIB"],"kid":"ed")"}}) {
    CAPTURE(more);
    const auto header = R"({"alg":"EdDSA",)" + more + "}";
    CHECK(target().refusal(evil.token(header, good_claims)) == "bad_signature");
    CHECK(target().refusal(target().ed.token(header, good_claims)).empty());
  }
}

TEST_CASE("a crit header is refused because no extension is supported") {
  for (const auto* crit : {R"(["b64"])", R"([])", R"(["exp"])", R"("b64")", "null", "7"}) {
    CAPTURE(crit);
    CHECK(header_refusal(R"({"alg":"HS256","b64":false,"crit":)" + std::string{crit} + "}") ==
          "crit");
  }
}

TEST_CASE("a duplicate member in the header or the claims is refused") {
  CHECK(header_refusal(R"({"alg":"none","alg":"HS256"})") == "header_duplicate_member");
  CHECK(header_refusal(R"({"alg":"HS256","al\u0067":"HS256"})") == "header_duplicate_member");
  CHECK(header_refusal(R"({"alg":"HS256","kid":"hs","kid":"hs"})") == "header_duplicate_member");
  CHECK(claims_refusal(R"({"sub":"ada","sub":"eve"})") == "claims_duplicate_member");
  CHECK(claims_refusal(R"({"sub":"ada","exp":1,"exp":2000})") == "claims_duplicate_member");
  CHECK(claims_refusal(R"({"grants":{"a":["join"],"a":[]}})") == "claims_duplicate_member");
}

TEST_CASE("a token with too many or too few or empty parts is refused") {
  const auto good = hs256_token(good_header, good_claims);
  const auto first = good.find('.');
  const auto last = good.rfind('.');
  for (const auto& bad :
       {std::string{}, std::string{"."}, good.substr(0, last), good.substr(0, first), good + ".",
        good + ".x", "." + good, good.substr(0, last) + "." + good.substr(last), good + "." + good,
        std::string(5, '.'), std::string(8'192, '.')}) {
    CAPTURE(bad);
    CHECK(target().refusal(bad) == "not_three_parts");
  }
  CHECK(target().refusal("..") == "header_not_json");
  CHECK(target().refusal("." + good.substr(first + 1)) == "header_not_json");
  CHECK(target().refusal(good.substr(0, last + 1)) == "bad_signature");
  const auto no_claims = base64url_encode(good_header) + ".";
  CHECK(target().refusal(with_signature(no_claims, hmac_sha256(test_secret, no_claims))) ==
        "claims_not_json");
}

TEST_CASE("another encoding of the same token is refused") {
  const auto good = hs256_token(good_header, good_claims);
  const auto first = good.find('.');
  for (const auto& bad :
       {" " + good, good + " ", good + "\n", good + "=", "Bearer " + good, '"' + good + '"',
        good + std::string(1, '\0'), std::string{good}.insert(3, "\n"),
        std::string{good}.insert(first, "="), std::string{good}.insert(first, "==")}) {
    CAPTURE(bad);
    CHECK_FALSE(target().refusal(bad).empty());
  }
  // In base64url a 32-byte signature ends with two unused bits. They must be zero.
  for (const char c :
       std::string_view{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"}) {
    auto other = good;
    if (other.back() == c) continue;
    other.back() = c;
    REQUIRE_FALSE(target().refusal(other).empty());
  }
}

TEST_CASE("a token that is changed or truncated at any byte is refused") {
  const auto good = hs256_token(good_header, good_claims);
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    REQUIRE_FALSE(target().refusal(bad).empty());
    REQUIRE_FALSE(target().refusal(good.substr(0, i)).empty());
  }
}

TEST_CASE("a token is bounded in bytes and in nesting depth") {
  CHECK(target().refusal(std::string(token_bytes_max + 1, 'a')) == "too_long");
  CHECK(target().refusal(std::string(10'000'000, '.')) == "too_long");
  const auto deep = std::string(2'000, '[') + std::string(2'000, ']');
  CHECK(header_refusal(deep) == "header_too_deep");
  CHECK(claims_refusal(deep) == "claims_too_deep");
  CHECK(claims_refusal(std::string(4'000, '[')) == "claims_not_json");
  CHECK(claims_refusal(R"({"a":)" + std::string(16, '[') + std::string(16, ']') + "}") ==
        "claims_too_deep");
  CHECK(header_refusal(R"({"alg":"HS256","a":[[[[]]]]})") == "header_too_deep");
  CHECK(claims_refusal(R"({"a":)" + std::string(15, '[') + std::string(15, ']') + "}").empty());
}

TEST_CASE("claims that are not an object and times that are not seconds are refused") {
  for (const auto* claims : {"[]", "7", "null", "\"sub\"", "true"}) {
    CHECK(claims_refusal(claims) == "claims_not_object");
  }
  for (const std::string claim : {"exp", "nbf", "iat"}) {
    CAPTURE(claim);
    for (const auto* time :
         {"\"2000\"", "-1", "-2000", "true", "null", "[2000]", "{}", "1e18", "\"\""}) {
      CAPTURE(time);
      CHECK(claims_refusal("{\"" + claim + "\":" + time + "}") == "claim_" + claim);
    }
    for (const auto* time : {"NaN", "Infinity", "-Infinity", "1e400", "-1e400", "0x7fff", "2000.",
                             "+2000", "02000", "2_000", "1e", "nan"}) {
      CAPTURE(time);
      CHECK(claims_refusal("{\"" + claim + "\":" + time + "}") == "claims_not_json");
    }
  }
}

TEST_CASE("a token part that is not exactly one JSON object is refused") {
  using namespace std::string_literals;
  CHECK(header_refusal("{\"alg\":\"HS256\"}\0"s) == "header_not_json");
  CHECK(header_refusal("\xef\xbb\xbf{\"alg\":\"HS256\"}"s) == "header_not_json");
  CHECK(header_refusal("{\"alg\":\"HS256\"}{}"s) == "header_not_json");
  CHECK(claims_refusal("{\"sub\":\"ada\"}\0{\"sub\":\"eve\"}"s) == "claims_not_json");
  CHECK(claims_refusal("{\"sub\":\"\xff\xfe\"}"s) == "claims_not_json");
  CHECK(header_refusal("HS256"s) == "header_not_json");
  CHECK(header_refusal("[\"HS256\"]"s) == "header_not_object");
}

TEST_CASE("signatures of the wrong length or format are refused for each algorithm") {
  const auto& at = target();
  const std::pair<const signer*, const char*> issuers[] = {{&at.rsa, R"({"alg":"RS256"})"},
                                                           {&at.ec, R"({"alg":"ES256"})"},
                                                           {&at.ed, R"({"alg":"EdDSA"})"}};
  for (const auto& [issuer, header] : issuers) {
    CAPTURE(header);
    const auto text = unsigned_token(header, good_claims);
    const auto good = issuer->sign(text);
    CHECK(at.refusal(with_signature(text, good)).empty());
    for (const auto& bad :
         {std::string{}, std::string{'\0'}, good.substr(1), good.substr(0, good.size() - 1),
          good + '\0', '\0' + good, good + good, std::string(good.size(), '\0'),
          std::string(good.size(), '\xff'), std::string(4'000, '\1')}) {
      CHECK(at.refusal(with_signature(text, bad)) == "bad_signature");
    }
  }
  const auto text = unsigned_token(R"({"alg":"ES256"})", good_claims);
  CHECK(at.refusal(with_signature(text, at.ec.sign_der(text))) == "bad_signature");
  const auto mac = hmac_sha256(test_secret, unsigned_token(good_header, good_claims));
  CHECK(at.refusal(with_signature(unsigned_token(good_header, good_claims), mac.substr(0, 16))) ==
        "bad_signature");
}

TEST_CASE("an RSA signature of a different text is refused") {
  const auto& at = target();
  // Signatures of the claims alone, of the text with an extra dot, and of another text.
  const auto text = unsigned_token(R"({"alg":"RS256"})", good_claims);
  for (const auto& other : {base64url_encode(good_claims), text + ".", std::string{"other"}}) {
    CHECK(at.refusal(with_signature(text, at.rsa.sign(other))) == "bad_signature");
  }
}

TEST_CASE("an RSA signature with another padding or hash is refused") {
  const auto& at = target();
  const auto text = unsigned_token(R"({"alg":"RS256"})", good_claims);
  CHECK(at.refusal(with_signature(text, at.rsa.sign_rsa(text, "SHA256", "pkcs1"))).empty());
  for (const auto& [digest, padding] :
       std::vector<std::pair<const char*, const char*>>{{"SHA256", "pss"},
                                                        {"SHA224", "pkcs1"},
                                                        {"SHA384", "pkcs1"},
                                                        {"SHA512", "pkcs1"},
                                                        {"SHA3-256", "pkcs1"},
                                                        {"SHA512", "pss"}}) {
    CAPTURE(digest, padding);
    const auto signature = at.rsa.sign_rsa(text, digest, padding);
    REQUIRE(signature.size() == 256);
    CHECK(at.refusal(with_signature(text, signature)) == "bad_signature");
  }
}

}  // namespace roost::net::auth
