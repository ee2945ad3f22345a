// SPDX-License-Identifier: Apache-2.0
#include "net/auth/mint.hpp"

#include <string>

#include "net/auth/jwt.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/net/auth/signer.hpp"

namespace roost::net::auth {

namespace {

std::string why(std::string_view claims, std::string_view secret = test_secret) {
  const auto got = mint(claims, secret);
  if (got) return "";
  CHECK(got.failure().code == errc::bad_setting);
  return got.failure().detail;
}

}  // namespace

TEST_CASE("a minted token has the given claims and verifies only with its secret") {
  const auto token = mint(R"({"sub":"ada","exp":2000,"grants":{"room:*":["join"]}})", test_secret);
  REQUIRE(token);
  key_set keys;
  keys.add("", *verify_key::from_secret(test_secret));
  const auto got = verify_token(*token, keys, {}, 1'000'000);
  REQUIRE(got);
  CHECK(got->user == "ada");
  CHECK(got->grants.allows_join("room:1"));
  key_set others;
  others.add("", *verify_key::from_secret(std::string(32, 'x')));
  CHECK_FALSE(verify_token(*token, others, {}, 1'000'000));
}

TEST_CASE("a token that is expired or not yet valid can be minted") {
  CHECK(why(R"({"exp":0})").empty());
  CHECK(why(R"({"nbf":5000})").empty());
}

TEST_CASE("mint refuses a token that no node would accept") {
  CHECK(why("{}", std::string(31, 's')) == "the secret is shorter than 32 bytes");
  CHECK(why("") == "no node would accept it: claims_not_json");
  CHECK(why("[]") == "no node would accept it: claims_not_object");
  CHECK(why(R"({"a":1,"a":2})") == "no node would accept it: claims_duplicate_member");
  CHECK(why(R"({"a":")" + std::string(7'000, 'a') + "\"}") == "no node would accept it: too_long");
}

TEST_CASE("mint names an invalid claim and the form that it must have") {
  for (const auto* name : {"sub", "jti", "iss", "aud", "exp", "nbf", "iat", "grants"}) {
    const auto text = why("{\"" + std::string{name} + "\":[7]}");
    INFO(text);
    CHECK(
        text.starts_with("no node would accept it: the claim " + std::string{name} + " must be "));
  }
  CHECK(why(R"({"nbf":"soon"})") ==
        "no node would accept it: the claim nbf must be seconds of Unix time");
  CHECK(why(R"({"jti":7})").ends_with("digits as a string are \"7\""));
  CHECK(why(R"({"jti":"7"})").empty());
}

}  // namespace roost::net::auth
