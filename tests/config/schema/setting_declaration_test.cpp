// SPDX-License-Identifier: Apache-2.0
#include "config/schema/setting_declaration.hpp"

#include "tests/config/load/config_file.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using json = nlohmann::json;

namespace {

setting_declaration of_type(value_type type, bounds within = {}) {
  setting_declaration d{.key = "k", .text = "t", .type = type};
  d.within = within;
  return d;
}

std::string faults_of(const setting_declaration& d, const json& value) {
  return roost::testing::all_of(find_faults(d, value, "k"));
}

}  // namespace

TEST_CASE("an integer must be whole and within its bounds") {
  auto d = of_type(value_type::integer, {1, 10});
  CHECK(faults_of(d, 1).empty());
  CHECK(faults_of(d, 10).empty());
  CHECK(faults_of(d, 0) == "k: is 0, must be 1..10\n");
  CHECK(faults_of(d, -1) == "k: is -1, must be 1..10\n");
  for (const auto& bad : {json(11), json(1.5), json("5"), json(true), json(nullptr),
                          json(18'446'744'073'709'551'615ULL)}) {
    CHECK_FALSE(faults_of(d, bad).empty());
  }
}

TEST_CASE("a value outside its bounds is reported with the bounds and their unit") {
  auto d = of_type(value_type::integer, {10, 20});
  d.unit = "ms";
  CHECK(faults_of(d, 5) == "k: is 5, must be 10..20 ms\n");
}

TEST_CASE("an invalid choice is rejected with all valid choices or with a reason") {
  auto d = of_type(value_type::choice);
  d.choices = {"debug", "info", "error"};
  CHECK(faults_of(d, "info").empty());
  CHECK(faults_of(d, "loud") == "k: is \"loud\", must be debug, info or error\n");
  d.refusal = "only \"info\" is supported yet";
  CHECK(faults_of(d, "loud") == "k: is \"loud\", but only \"info\" is supported yet\n");
  CHECK(faults_of(d, 3) == "k: is 3, must be debug, info or error\n");
}

TEST_CASE("origins must be any or same or a list of strings") {
  auto d = of_type(value_type::origins, {0, 2});
  CHECK(faults_of(d, "any").empty());
  CHECK(faults_of(d, "same").empty());
  CHECK(faults_of(d, json::array({"//a", "//b"})).empty());
  CHECK_FALSE(faults_of(d, "none").empty());
  CHECK_FALSE(faults_of(d, json::array({1})).empty());
  CHECK_FALSE(faults_of(d, json::array({"//a", "//b", "//c"})).empty());
}

TEST_CASE("a value that is not a whole number is rejected with that reason") {
  auto d = of_type(value_type::integer, {128, 1'000'000});
  d.unit = "bytes";
  CHECK(faults_of(d, value_from_text(d, "1e6")).empty());
  CHECK(faults_of(d, value_from_text(d, "128.0")).empty());
  CHECK(faults_of(d, value_from_text(d, "1e7")) ==
        "k: is 10000000.0, must be 128..1000000 bytes\n");
  CHECK(faults_of(d, value_from_text(d, "128.5")) ==
        "k: is 128.5, must be a whole number, 128..1000000 bytes\n");
  CHECK(faults_of(d, "128") == "k: is \"128\", must be a whole number, 128..1000000 bytes\n");
}

TEST_CASE("each invalid string of a list is reported with its index") {
  auto d = of_type(value_type::texts, {0, 9});
  d.format = [](std::string_view v) -> std::string_view { return v == "ok" ? "" : "must be ok"; };
  CHECK(faults_of(d, json::array({"ok", "ok"})).empty());
  CHECK(faults_of(d, json::array({"ok", "no", 5, "ok", "nor"})) ==
        "k[1]: is \"no\", must be ok\n"
        "k[2]: is 5, must be a string\n"
        "k[4]: is \"nor\", must be ok\n");
  CHECK(faults_of(d, "ok") == "k: is \"ok\", must be a list of 0..9 strings\n");
}

TEST_CASE("the names in a map must have the required format and are limited in number") {
  auto d = of_type(value_type::named, {0, 2});
  d.format = [](std::string_view v) -> std::string_view {
    return v != "no" ? "" : "must not be no";
  };
  CHECK(faults_of(d, json{{"a", 1}, {"b", json::object()}}).empty());
  CHECK(faults_of(d, json{{"a", 1}, {"no", 1}}) == "k.no: is \"no\", must not be no\n");
  CHECK(faults_of(d, json{{"a", 1}, {"b", 1}, {"c", 1}})
            .ends_with("must be an object of 0..2 names\n"));
  CHECK(faults_of(d, json::array()) == "k: is [], must be an object of 0..2 names\n");
}

TEST_CASE("the problem of a secret does not repeat its value") {
  auto d = of_type(value_type::text, {32, 64});
  d.is_secret = true;
  CHECK(faults_of(d, "hunter2").find("hunter2") == std::string::npos);
}

TEST_CASE("a long value is truncated in the problem") {
  auto d = of_type(value_type::text, {1, 10});
  CHECK(faults_of(d, std::string(10'000, 'x')).size() < 200);
}

TEST_CASE("the text of a variable or flag is converted to the type of its setting") {
  CHECK(value_from_text(of_type(value_type::integer), "12") == 12);
  CHECK(value_from_text(of_type(value_type::boolean), "true") == true);
  CHECK(value_from_text(of_type(value_type::text), "12") == "12");
  CHECK(value_from_text(of_type(value_type::origins), "any") == "any");
  CHECK(value_from_text(of_type(value_type::origins), R"(["//a"])") == json::array({"//a"}));
  CHECK(value_from_text(of_type(value_type::texts), R"(["a"])") == json::array({"a"}));
  CHECK(value_from_text(of_type(value_type::integer), "12x") == "12x");
  CHECK(value_from_text(of_type(value_type::integer), "") == "");
}
