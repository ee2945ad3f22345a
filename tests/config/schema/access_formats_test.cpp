// SPDX-License-Identifier: Apache-2.0
#include "config/schema/access_formats.hpp"

#include "tests/config/load/config_file.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using json = nlohmann::json;

namespace {

std::string rule_fault(const json& value) {
  return roost::testing::all_of(access_formats::rule_faults(value, "join"));
}
std::string pushes_fault(const json& value) {
  return roost::testing::all_of(access_formats::pushes_faults(value, "push"));
}

}  // namespace

TEST_CASE("an access rule is a keyword or a claim with its allowed values") {
  for (const auto& value : {json("any"), json("user"), json("self"), json("grant"), json("none"),
                            json::parse(R"({"claim": "role", "in": ["admin", "moderator"]})"),
                            json::parse(R"({"claim": "level", "in": [3, -1]})"),
                            json::parse(R"({"claim": "staff", "in": [true]})")}) {
    INFO(value);
    CHECK(rule_fault(value) == "");
    CHECK(pushes_fault(value) == "");
    CHECK(json(value.get<access_rule>()) == value);
  }
  const auto rule = json::parse(R"({"claim": "r", "in": ["1", 1, true]})").get<access_rule>();
  CHECK(rule.allowed == access_rule::grantee::claim);
  CHECK(rule.claim == "r");
  CHECK(rule.in == std::vector<claim_value>{std::string{"1"}, std::int64_t{1}, true});
}

TEST_CASE("an invalid access rule is rejected with the list of valid ones") {
  CHECK(rule_fault("all") ==
        "join: is \"all\", must be any, user, self, grant, {\"claim\", \"in\"} or none\n");
  for (const auto& value : {json(), json(1), json(true), json::array({"any"}), json("")}) {
    CHECK(rule_fault(value).find("must be any, user") != std::string::npos);
  }
}

TEST_CASE("a hook rule is rejected as not supported in this version") {
  CHECK(rule_fault("hook") == "join: is \"hook\", which is not supported in this version\n");
  CHECK(rule_fault(json{{"hook", true}}).ends_with("which is not supported in this version\n"));
  CHECK(pushes_fault(json::parse(R"([{"events": ["a"], "allow": "hook"}])")) ==
        "push[0].allow: is \"hook\", which is not supported in this version\n");
}

TEST_CASE("a claim rule requires a name and a list of strings or whole numbers or booleans") {
  CHECK(rule_fault(json::parse(R"({"claim": "role"})")).find("exactly \"claim\" and \"in\"") !=
        std::string::npos);
  CHECK(rule_fault(json::parse(R"({"claim": "r", "in": ["a"], "or": 1})")).find("exactly") !=
        std::string::npos);
  CHECK(rule_fault(json::parse(R"({"claim": "", "in": ["a"]})")) ==
        "join.claim: is \"\", must be the name of a claim\n");
  for (auto in : {"[]", "\"a\""}) {
    INFO(in);
    const auto value = json{{"claim", "r"}, {"in", json::parse(in)}};
    CHECK(rule_fault(value).find("must be a list of 1..100 strings, whole numbers or booleans") !=
          std::string::npos);
  }
  CHECK(rule_fault(
            json::parse(R"({"claim": 1, "in": [1, 1.5, null, ["a"], 18446744073709551615]})")) ==
        "join.claim: is 1, must be the name of a claim\n"
        "join.in[1]: is 1.5, must be a string, a whole number or a boolean\n"
        "join.in[2]: is null, must be a string, a whole number or a boolean\n"
        "join.in[3]: is [\"a\"], must be a string, a whole number or a boolean\n"
        "join.in[4]: is 18446744073709551615, must be a string, a whole number or a boolean\n");
  CHECK_FALSE(rule_fault({{"claim", "r"}, {"in", std::vector<int>(101, 1)}}).empty());
}

TEST_CASE("push rules are one rule for every event or a list of rules for named events") {
  const auto all = json("user").get<std::vector<push_rule>>();
  REQUIRE(all.size() == 1);
  CHECK(all[0].events == std::vector<std::string>{"*"});
  CHECK(all[0].allow.allowed == access_rule::grantee::user);

  const auto value = json::parse(R"([
    {"events": ["announce", "mark_read"], "allow": {"claim": "role", "in": ["admin"]}},
    {"events": ["*"], "allow": "any"}])");
  CHECK(pushes_fault(value) == "");
  const auto rules = value.get<std::vector<push_rule>>();
  REQUIRE(rules.size() == 2);
  CHECK(rules[0].allow.claim == "role");
  CHECK(rules[1].allow.allowed == access_rule::grantee::any);
  CHECK(json(rules) == value);
  CHECK(json(all) == "user");
  CHECK(json(std::vector<push_rule>{}) == json::array());
  CHECK(json::array().get<std::vector<push_rule>>().empty());
}

TEST_CASE("an invalid entry of the push rules is reported with its index") {
  auto fault = [](const char* text) { return pushes_fault(json::parse(text)); };
  CHECK(fault(R"([{"events": ["a"], "allow": "any"}, {"events": ["a"]}])") ==
        "push[1]: is {\"events\":[\"a\"]}, must have exactly \"events\" and \"allow\"\n");
  CHECK(fault(R"([{"events": "a", "allow": "any"}])") ==
        "push[0].events: is \"a\", must be a list of 1..1000 strings\n");
  CHECK(fault(R"([{"events": [], "allow": "any"}])").find("1..1000") != std::string::npos);
  CHECK(fault(R"([{"events": ["phx_join"], "allow": "any"}])").find("reserved event name") !=
        std::string::npos);
  CHECK(fault(R"([{"events": ["a*b"], "allow": "any"}])").find("* only as its last") !=
        std::string::npos);
  CHECK(fault(R"([{"events": ["a"], "allow": "all"}])").starts_with("push[0].allow: is \"all\""));
  CHECK(fault("[3]").starts_with("push[0]: is 3, must have exactly"));
}

TEST_CASE("a missing join rule is written to JSON as any") {
  CHECK(json(std::optional<access_rule>{}) == "any");
  CHECK(json("none").get<std::optional<access_rule>>()->allowed == access_rule::grantee::none);
}
