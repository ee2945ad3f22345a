// SPDX-License-Identifier: Apache-2.0
#include "net/auth/jwt.hpp"

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/fixtures/catch.hpp"
#include "tests/net/auth/signer.hpp"

namespace roost::net::auth {

namespace {

constexpr std::int64_t now_ms = 1'000'000;

std::map<std::string, std::string> golden() {
  std::map<std::string, std::string> out;
  std::ifstream file{ROOST_GOLDEN_DIR "/tokens.txt"};
  for (std::string line; std::getline(file, line);) {
    const auto at = line.find(" = ");
    if (at != line.npos && line.front() != '#') out[line.substr(0, at)] = line.substr(at + 3);
  }
  return out;
}

key_set secret_keys() {
  key_set out;
  out.add("", *verify_key::from_secret(test_secret));
  return out;
}

}  // namespace

TEST_CASE("the tokens of RFC 7515 A.1 to A.3 are valid until they expire") {
  const auto vectors = golden();
  for (const std::string name : {"rfc7515_a1", "rfc7515_a2", "rfc7515_a3"}) {
    CAPTURE(name);
    const auto& token = vectors.at(name + "_token");
    const auto keys = keys_of(vectors.at(name + "_key"), true);
    const auto good = verify_token(token, keys, {"joe", "", 0}, 1'300'819'379'999);
    REQUIRE(good);
    CHECK(good->issuer == "joe");
    CHECK((*good->all)["http://example.com/is_root"] == true);
    CHECK(verify_token(token, keys, {}, 1'300'819'380'000).failure().code == errc::token_expired);
    CHECK(verify_token(token, secret_keys(), {}, 0).failure().code == errc::bad_token);
  }
}

TEST_CASE("the signature of RFC 8037 A.4 is valid and its payload is refused as it is not JSON") {
  const auto vectors = golden();
  const auto& token = vectors.at("rfc8037_a4_token");
  const auto keys = keys_of(vectors.at("rfc8037_a4_key"));
  CHECK(verify_token(token, keys, {}, 0).failure().detail == "claims_not_json");
  auto other = token;
  other[other.size() - 3] = other[other.size() - 3] == 'A' ? 'B' : 'A';
  CHECK(verify_token(other, keys, {}, 0).failure().detail == "bad_signature");
}

TEST_CASE("the unsecured token of RFC 7519 6.1 is refused") {
  CHECK(verify_token(golden().at("rfc7519_6_1_token"), secret_keys(), {}, 0).failure().detail ==
        "alg");
}

TEST_CASE("a token of each algorithm yields its user and grants") {
  const auto rsa = signer::rsa();
  const auto ec = signer::p256();
  const auto ed = signer::ed25519();
  auto keys = keys_of(rsa.jwk() + "," + ec.jwk() + "," + ed.jwk());
  keys.add(secret_keys());
  const auto* claims = R"({"sub":"ada","exp":2000,"grants":{"room:*":["join"]}})";
  for (const auto& token :
       {hs256_token(R"({"alg":"HS256"})", claims), rsa.token(R"({"alg":"RS256"})", claims),
        ec.token(R"({"alg":"ES256"})", claims), ed.token(R"({"alg":"EdDSA"})", claims)}) {
    const auto got = verify_token(token, keys, {}, now_ms);
    REQUIRE(got);
    CHECK(got->user == "ada");
    CHECK(got->grants.allows_join("room:1"));
  }
}

TEST_CASE("header members without a meaning are ignored") {
  for (const auto* header :
       {R"({"alg":"HS256","typ":"anything"})", R"({"alg":"HS256","typ":7,"cty":"JWT"})",
        R"({"alg":"HS256","x":{"y":[1]}})", R"( { "alg" : "HS256" } )"}) {
    CAPTURE(header);
    CHECK(verify_token(hs256_token(header, "{}"), secret_keys(), {}, now_ms));
  }
}

TEST_CASE("a token is reported as expired only if its signature is valid") {
  const auto* old = R"({"sub":"ada","exp":999})";
  const auto header = R"({"alg":"HS256"})";
  const auto expired = verify_token(hs256_token(header, old), secret_keys(), {}, now_ms);
  CHECK(expired.failure().code == errc::token_expired);
  CHECK(expired.failure().detail == "expired");
  const auto forged =
      verify_token(hs256_token(header, old, std::string(32, 'x')), secret_keys(), {}, now_ms);
  CHECK(forged.failure().code == errc::bad_token);
  CHECK(forged.failure().detail == "bad_signature");
  CHECK(verify_token(hs256_token(header, old), secret_keys(), {"", "", 5'000}, now_ms));
}

TEST_CASE("an unknown key is reported with a reason of its own") {
  const auto issuer = signer::ed25519();
  const auto keys = keys_of(issuer.jwk(R"(,"kid":"new")"));
  const auto detail = [&keys](const char* header) {
    const auto got = verify_token(unsigned_token(header, "{}") + ".AAAA", keys, {}, now_ms);
    return got.failure().detail;
  };
  CHECK(detail(R"({"alg":"EdDSA","kid":"newer"})") == unknown_key);
  CHECK(detail(R"({"alg":"RS256"})") == unknown_key);
  CHECK(detail(R"({"alg":"RS256","kid":"new"})") == "alg_of_another_key");
  CHECK(detail(R"({"alg":"EdDSA","kid":"new"})") == "bad_signature");
}

TEST_CASE("during a key rotation the tokens of both keys are valid") {
  const auto before = signer::ed25519();
  const auto after = signer::ed25519();
  const auto old_token = before.token(R"({"alg":"EdDSA","kid":"1"})", R"({"sub":"ada"})");
  const auto new_token = after.token(R"({"alg":"EdDSA","kid":"2"})", R"({"sub":"ada"})");
  const auto one = before.jwk(R"(,"kid":"1")");
  const auto two = after.jwk(R"(,"kid":"2")");
  CHECK(verify_token(old_token, keys_of(one), {}, now_ms));
  CHECK_FALSE(verify_token(new_token, keys_of(one), {}, now_ms));
  CHECK(verify_token(old_token, keys_of(one + "," + two), {}, now_ms));
  CHECK(verify_token(new_token, keys_of(one + "," + two), {}, now_ms));
  CHECK_FALSE(verify_token(old_token, keys_of(two), {}, now_ms));
}

TEST_CASE("without keys every token is refused") {
  CHECK(verify_token(hs256_token(R"({"alg":"HS256"})", "{}"), {}, {}, now_ms).failure().detail ==
        unknown_key);
}

}  // namespace roost::net::auth
