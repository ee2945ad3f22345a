#include "net/auth/mint.hpp"

#include <nlohmann/json.hpp>

#include "net/auth/jwt.hpp"
#include "tests/net/auth/signer.hpp"
#include "tests/support/catch.hpp"

namespace roost::net::auth {

namespace {

constexpr std::int64_t now_ms = 1'700'000'000'500;

token_claims claims_of(const mint_request& wanted, std::int64_t at_ms = now_ms,
                       const claim_demands& demands = {}) {
  const auto token = mint(wanted, test_secret, now_ms);
  REQUIRE(token);
  key_set keys;
  keys.add("", *verify_key::from_secret(test_secret));
  auto got = verify_token(*token, keys, demands, at_ms);
  REQUIRE(got);
  return *got;
}

std::string why(const mint_request& wanted, std::string_view secret = test_secret) {
  const auto got = mint(wanted, secret, now_ms);
  if (got) return "";
  CHECK(got.failure().code == errc::bad_setting);
  return got.failure().detail;
}

}  // namespace

TEST_CASE("a minted token says what was asked for") {
  mint_request wanted;
  wanted.user = "ada";
  wanted.grants = {{"room:*", "join,push:msg"}, {"lobby", "join"}, {"lobby", "push:*"}};
  wanted.claims = {{"role", "admin"}, {"level", "7"}, {"teams", R"(["red"])"}, {"text", R"("7")"}};
  wanted.issuer = "i";
  wanted.audience = "a";
  wanted.token_id = random_token_id();
  const auto got = claims_of(wanted, now_ms, {"i", "a", 0});
  CHECK(got.user == "ada");
  CHECK(got.token_id == wanted.token_id);
  CHECK(got.grants.allows_join("room:1"));
  CHECK(got.grants.allows_push("room:1", "msg"));
  CHECK_FALSE(got.grants.allows_push("room:1", "other"));
  CHECK(got.grants.allows_join("lobby"));
  CHECK(got.grants.allows_push("lobby", "other"));
  CHECK((*got.all)["role"] == "admin");
  CHECK((*got.all)["level"] == 7);
  CHECK((*got.all)["teams"][0] == "red");
  CHECK((*got.all)["text"] == "7");
}

TEST_CASE("a minted token says no more than was asked for") {
  const auto got = claims_of({.user = "ada"});
  CHECK(got.all->size() == 3);  // sub, iat, exp
  CHECK(got.issued_ms == 1'700'000'000'000);
  CHECK(got.expires_ms == 1'700'003'600'000);
}

TEST_CASE("a minted token lasts for its time") {
  mint_request wanted{.user = "ada"};
  wanted.ttl_ms = 1'500;
  CHECK(claims_of(wanted).expires_ms == 1'700'000'002'000);
  wanted.ttl_ms = 0;
  CHECK(why(wanted) == "the token would be over at once");
  wanted.ttl_ms = -1;
  CHECK(why(wanted) == "the token would be over at once");
}

TEST_CASE("what no node would take is not minted") {
  CHECK(why({.user = "ada"}, std::string(31, 's')) == "the secret is shorter than 32 bytes");
  CHECK(why({.user = ""}) == "no node would take it: claim_sub");
  CHECK(why({.user = std::string(256, 'a')}) == "no node would take it: claim_sub");
  CHECK(why({.user = "a\nb"}) == "no node would take it: claim_sub");
  CHECK(why({.user = "ada", .grants = {{"", "join"}}}) == "no node would take it: claim_grants");
  CHECK(why({.user = "ada", .claims = {{"nbf", "soon"}}}) == "no node would take it: claim_nbf");
  CHECK(why({.user = "\xff"}) == "a claim is not UTF-8");
  CHECK(why({.user = "ada", .claims = {{"sub", "eve"}}}) == "the claim \"sub\" is given twice");
  CHECK(why({.user = "ada", .claims = {{"exp", "1"}}}) == "the claim \"exp\" is given twice");
  CHECK(why({.user = "ada", .claims = {{"a", "1"}, {"a", "2"}}}) ==
        "the claim \"a\" is given twice");
  CHECK(why({.user = "ada", .claims = {{"a", std::string(7'000, 'a')}}}) ==
        "the token has more than 8192 bytes");
}

TEST_CASE("ids of tokens are 128 bits that nobody guesses") {
  const auto one = random_token_id();
  CHECK(one.size() == 22);
  CHECK(one != random_token_id());
}

}  // namespace roost::net::auth
