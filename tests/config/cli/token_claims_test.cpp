// SPDX-License-Identifier: Apache-2.0
#include "config/cli/token_claims.hpp"

#include <nlohmann/json.hpp>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using json = nlohmann::json;

namespace {

cli::token of_user() {
  cli::token out;
  out.sub = "ann";
  return out;
}

json claims_of(const cli::token& options) {
  auto made = make_claims(options, 1'000);
  INFO((made ? "" : made.failure().detail));
  REQUIRE(made);
  return json::parse(*made);
}

std::string fault_of(const cli::token& options) {
  auto made = make_claims(options, 1'000);
  return made ? "" : made.failure().detail;
}

}  // namespace

TEST_CASE("a token is issued for its user and expires after one hour by default") {
  CHECK(claims_of(of_user()) == json{{"sub", "ann"}, {"iat", 1'000}, {"exp", 4'600}});
}

TEST_CASE("a time to live is a number of seconds or a number with a unit") {
  for (const auto& [text, seconds] : std::vector<std::pair<std::string, int>>{
           {"90s", 90}, {"15m", 900}, {"2h", 7'200}, {"7d", 604'800}, {"5", 5}}) {
    auto options = of_user();
    options.ttl = text;
    CHECK(claims_of(options)["exp"] == 1'000 + seconds);
  }
  for (auto text : {"", "h", "0", "-1h", "1.5h", "1w", "1 h", "3651d", "99999999999999999999"}) {
    auto options = of_user();
    options.ttl = text;
    CHECK(fault_of(options).find("--ttl: is \"" + std::string{text} + "\", must be like 90s") == 0);
  }
}

TEST_CASE("the grants of a topic are merged into one list of permissions") {
  auto options = of_user();
  options.grants = {"room:*=join,push:msg", "a=b=push:*", "room:*=push:typing"};
  CHECK(claims_of(options)["grants"] ==
        json{{"room:*", {"join", "push:msg", "push:typing"}}, {"a=b", json::array({"push:*"})}});
}

TEST_CASE("an invalid grant is rejected with the option and the value") {
  for (auto text :
       {"room:*", "=join", "room:*=", "room:*=join,", "room:*=read", "room:*=push",
        "room:*=push:", "room:*=push:a*", "room:*=push:phx_join", "a*b=join", "$x=join"}) {
    auto options = of_user();
    options.grants = {text};
    INFO(text);
    CHECK(fault_of(options).starts_with("--grant: is \"" + std::string{text} + "\", "));
  }
}

TEST_CASE("a claim is parsed as JSON and otherwise taken as text") {
  auto options = of_user();
  options.claims = {"role=admin", "level=3", "staff=true", R"(tags=["a", "b"])", "eq=a=b", "none="};
  const auto claims = claims_of(options);
  CHECK(claims["role"] == "admin");
  CHECK(claims["level"] == 3);
  CHECK(claims["staff"] == true);
  CHECK(claims["tags"] == json{"a", "b"});
  CHECK(claims["eq"] == "a=b");
  CHECK(claims["none"] == "");
}

TEST_CASE("a claim cannot replace the claims that other options set") {
  for (auto name : {"sub", "iat", "exp", "grants"}) {
    auto options = of_user();
    options.claims = {std::string{name} + "=1"};
    CHECK(fault_of(options).find("must have another name") != std::string::npos);
  }
  auto options = of_user();
  options.claims = {"no_value"};
  CHECK(fault_of(options) == "--claim: is \"no_value\", must be name=value");
  options = of_user();
  options.sub = "";
  CHECK(fault_of(options) == "--sub: is \"\", must not be empty");
  options.sub = "\xff";
  CHECK(fault_of(options) == "a token can contain only UTF-8");
}

TEST_CASE("issuer and audience come from the settings unless a claim sets them") {
  settings::auth_settings auth;
  CHECK(json::parse(with_configured_claims(R"({"sub": "a"})", auth)) == json{{"sub", "a"}});
  auth.issuer = "me";
  auth.audience = "chat";
  CHECK(json::parse(with_configured_claims(R"({"sub": "a"})", auth)) ==
        json{{"sub", "a"}, {"iss", "me"}, {"aud", "chat"}});
  CHECK(json::parse(with_configured_claims(R"({"iss": "other"})", auth))["iss"] == "other");
}
