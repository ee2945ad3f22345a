// SPDX-License-Identifier: Apache-2.0
#include "net/auth/claims.hpp"

#include <nlohmann/json.hpp>

#include "tests/fixtures/catch.hpp"

namespace roost::net::auth {

namespace {

using nlohmann::json;

std::string fault(const char* text) {
  const auto got = read_claims(json::parse(text));
  return got ? "" : got.failure().detail;
}

token_claims claims(const char* text) { return *read_claims(json::parse(text)); }

std::string checked(const token_claims& claims, const claim_requirements& demands,
                    std::int64_t now_ms) {
  const auto got = check_claims(claims, demands, now_ms);
  return got ? "" : got.failure().detail;
}

}  // namespace

TEST_CASE("known claims are parsed and all other claims are kept") {
  const auto got = claims(R"({"sub":"ada","iss":"i","jti":"t","aud":["x","y"],"exp":20,"nbf":10.5,
    "iat":9.9999,"grants":{"room:*":["join"]},"role":"admin"})");
  CHECK(got.user == "ada");
  CHECK(got.issuer == "i");
  CHECK(got.token_id == "t");
  CHECK(got.audience == std::vector<std::string>{"x", "y"});
  CHECK(got.expires_ms == 20'000);
  CHECK(got.not_before_ms == 10'500);
  CHECK(got.issued_ms == 9'999);
  CHECK(got.grants.allows_join("room:1"));
  CHECK((*got.all)["role"] == "admin");
}

TEST_CASE("every claim of a token is optional") {
  const auto got = claims("{}");
  CHECK(got.user.empty());
  CHECK_FALSE(got.expires_ms);
  CHECK(got.grants.is_empty());
  CHECK(checked(got, {}, 1'000).empty());
  CHECK(claims(R"({"aud":"x"})").audience == std::vector<std::string>{"x"});
}

TEST_CASE("a claim of the wrong type makes the token invalid") {
  const std::pair<const char*, const char*> table[] = {
      {R"([])", "claims_not_object"},
      {R"({"sub":7})", "claim_sub"},
      {R"({"sub":null})", "claim_sub"},
      {R"({"sub":""})", "claim_sub"},
      {R"({"sub":["ada"]})", "claim_sub"},
      {R"({"sub":"a\u0000b"})", "claim_sub"},
      {R"({"sub":"a\nb"})", "claim_sub"},
      {R"({"jti":1})", "claim_jti"},
      {R"({"jti":""})", "claim_jti"},
      {R"({"iss":{}})", "claim_iss"},
      {R"({"aud":1})", "claim_aud"},
      {R"({"aud":["x",1]})", "claim_aud"},
      {R"({"aud":[["x"]]})", "claim_aud"},
      {R"({"exp":"20"})", "claim_exp"},
      {R"({"exp":null})", "claim_exp"},
      {R"({"exp":true})", "claim_exp"},
      {R"({"exp":[20]})", "claim_exp"},
      {R"({"exp":-1})", "claim_exp"},
      {R"({"exp":-0.001})", "claim_exp"},
      {R"({"exp":1e300})", "claim_exp"},
      {R"({"exp":18446744073709551615})", "claim_exp"},
      {R"({"exp":9223372036854775808})", "claim_exp"},
      {R"({"exp":"NaN"})", "claim_exp"},
      {R"({"nbf":"0"})", "claim_nbf"},
      {R"({"nbf":-5})", "claim_nbf"},
      {R"({"iat":{}})", "claim_iat"},
      {R"({"grants":[]})", "claim_grants"},
  };
  for (const auto& [text, detail] : table) {
    CAPTURE(text);
    CHECK(fault(text) == detail);
  }
}

TEST_CASE("sub and jti have at most 255 bytes") {
  for (const auto* claim : {"sub", "jti"}) {
    CHECK(read_claims(json{{claim, std::string(255, 'a')}}));
    CHECK_FALSE(read_claims(json{{claim, std::string(256, 'a')}}));
  }
}

TEST_CASE("a token expires at exp plus the leeway") {
  const auto got = claims(R"({"exp":100})");
  CHECK(checked(got, {}, 99'999).empty());
  CHECK(checked(got, {}, 100'000) == "expired");
  const claim_requirements lenient{"", "", 5'000};
  CHECK(checked(got, lenient, 104'999).empty());
  CHECK(checked(got, lenient, 105'000) == "expired");
  CHECK(check_claims(got, {}, 100'000).failure().code == errc::token_expired);
  CHECK(checked(claims(R"({"exp":0})"), {}, 0) == "expired");
  CHECK(checked(claims(R"({"exp":100.25})"), {}, 100'249).empty());
  CHECK(checked(claims(R"({"exp":100.25})"), {}, 100'250) == "expired");
}

TEST_CASE("a token is not yet valid before nbf minus the leeway") {
  const auto got = claims(R"({"nbf":100})");
  CHECK(checked(got, {}, 99'999) == "not_yet_valid");
  CHECK(checked(got, {}, 100'000).empty());
  CHECK(checked(got, {"", "", 5'000}, 95'000).empty());
  CHECK(checked(got, {"", "", 5'000}, 94'999) == "not_yet_valid");
  CHECK(check_claims(got, {}, 0).failure().code == errc::bad_token);
}

TEST_CASE("iss and aud must equal the configured values byte for byte") {
  const claim_requirements demands{"https://id.example", "roost", 0};
  CHECK(checked(claims(R"({"iss":"https://id.example","aud":"roost"})"), demands, 0).empty());
  CHECK(checked(claims(R"({"iss":"https://id.example","aud":["a","roost"]})"), demands, 0).empty());
  CHECK(checked(claims(R"({"iss":"https://id.example/","aud":"roost"})"), demands, 0) ==
        "other_issuer");
  CHECK(checked(claims(R"({"aud":"roost"})"), demands, 0) == "other_issuer");
  for (const auto* aud : {R"("")", R"("Roost")", R"("roost ")", R"([])", R"(["a","b"])"}) {
    CAPTURE(aud);
    const auto text = R"({"iss":"https://id.example","aud":)" + std::string{aud} + "}";
    CHECK(checked(claims(text.c_str()), demands, 0) == "other_audience");
  }
  CHECK(checked(claims(R"({"iss":"https://id.example"})"), demands, 0) == "other_audience");
}

TEST_CASE("an expired token with another fault is reported as bad and not as expired") {
  const auto got = claims(R"({"exp":1,"iss":"other"})");
  CHECK(check_claims(got, {"mine", "", 0}, 5'000).failure().code == errc::bad_token);
}

}  // namespace roost::net::auth
