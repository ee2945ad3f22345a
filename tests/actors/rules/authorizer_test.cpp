// SPDX-License-Identifier: Apache-2.0
#include "actors/rules/authorizer.hpp"

#include <nlohmann/json.hpp>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

TEST_CASE("the rules of the settings answer every question at once") {
  using action = authorization_request::action_kind;
  const auto ada = *net::auth::read_claims(nlohmann::json::parse(
      R"({"sub":"ada","role":["editor"],"grants":{"room:*":["join","push:msg"]}})"));
  settings config;
  config.auth.hs256_secret = std::string(32, 's');
  room_rule rule;
  rule.allow.join = access_rule{access_rule::grantee::grant};
  rule.allow.push = {{{"note*"}, {access_rule::grantee::user}},
                     {{"*"}, {access_rule::grantee::grant}}};
  rule_authorizer rules;
  const auto answer = [&](action kind, std::string_view event, principal caller) {
    const auto out = rules.decide({kind, config, rule, "room:1", event, caller, {}, true});
    CHECK(out.pending == 0);
    return out.refused;
  };
  CHECK(answer(action::join, "", &ada) == errc::none);
  CHECK(answer(action::join, "", nullptr) == errc::unauthorized);
  CHECK(answer(action::push, "msg", &ada) == errc::none);
  CHECK(answer(action::push, "other", &ada) == errc::unauthorized);
  CHECK(answer(action::push, "notes", nullptr) == errc::unauthorized);
}
