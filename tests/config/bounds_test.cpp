#include "config/bounds.hpp"

#include "tests/support/catch.hpp"

using namespace roost;
using json = nlohmann::json;

namespace {

declaration of_type(value_type type, bounds within = {}) {
  declaration d{.key = "k", .text = "t", .type = type};
  d.within = within;
  return d;
}

}  // namespace

TEST_CASE("an integer is whole and within its bounds") {
  auto d = of_type(value_type::integer, {1, 10});
  CHECK(find_fault(d, 1).empty());
  CHECK(find_fault(d, 10).empty());
  CHECK(find_fault(d, 0) == "is 0, must be 1..10");
  CHECK(find_fault(d, -1) == "is -1, must be 1..10");
  for (const auto& bad : {json(11), json(1.5), json("5"), json(true), json(nullptr),
                          json(18'446'744'073'709'551'615ULL)}) {
    CHECK_FALSE(find_fault(d, bad).empty());
  }
}

TEST_CASE("the bound is named with its unit") {
  auto d = of_type(value_type::integer, {10, 20});
  d.unit = "ms";
  CHECK(find_fault(d, 5) == "is 5, must be 10..20 ms");
}

TEST_CASE("a choice names all that there is, or why not") {
  auto d = of_type(value_type::choice);
  d.choices = {"debug", "info", "error"};
  CHECK(find_fault(d, "info").empty());
  CHECK(find_fault(d, "loud") == "is \"loud\", must be debug, info or error");
  d.refusal = "only \"info\" is supported yet";
  CHECK(find_fault(d, "loud") == "is \"loud\", but only \"info\" is supported yet");
  CHECK(find_fault(d, 3) == "is 3, must be debug, info or error");
}

TEST_CASE("origins are any, same or a list of texts") {
  auto d = of_type(value_type::origins, {0, 2});
  CHECK(find_fault(d, "any").empty());
  CHECK(find_fault(d, "same").empty());
  CHECK(find_fault(d, json::array({"//a", "//b"})).empty());
  CHECK_FALSE(find_fault(d, "none").empty());
  CHECK_FALSE(find_fault(d, json::array({1})).empty());
  CHECK_FALSE(find_fault(d, json::array({"//a", "//b", "//c"})).empty());
}

TEST_CASE("each text of a list must have the form") {
  auto d = of_type(value_type::texts, {0, 9});
  d.form = [](std::string_view v) -> std::string_view { return v == "ok" ? "" : "must be ok"; };
  CHECK(find_fault(d, json::array({"ok", "ok"})).empty());
  CHECK(find_fault(d, json::array({"ok", "no"})) == "is \"no\", must be ok");
}

TEST_CASE("names of the user's choice have a form and are counted") {
  auto d = of_type(value_type::named, {0, 2});
  d.form = [](std::string_view v) -> std::string_view { return v != "no" ? "" : "must not be no"; };
  CHECK(find_fault(d, json{{"a", 1}, {"b", json::object()}}).empty());
  CHECK(find_fault(d, json{{"a", 1}, {"no", 1}}) == "is \"no\", must not be no");
  CHECK(
      find_fault(d, json{{"a", 1}, {"b", 1}, {"c", 1}}).ends_with("must be object of 0..2 names"));
  CHECK(find_fault(d, json::array()) == "is [], must be object of 0..2 names");
}

TEST_CASE("a secret value is not repeated") {
  auto d = of_type(value_type::text, {32, 64});
  d.is_secret = true;
  CHECK(find_fault(d, "hunter2").find("hunter2") == std::string::npos);
}

TEST_CASE("a value that is long is cut in the problem") {
  auto d = of_type(value_type::text, {1, 10});
  CHECK(find_fault(d, std::string(10'000, 'x')).size() < 200);
}

TEST_CASE("text from outside becomes a value of the setting's type") {
  CHECK(value_from_text(of_type(value_type::integer), "12") == 12);
  CHECK(value_from_text(of_type(value_type::boolean), "true") == true);
  CHECK(value_from_text(of_type(value_type::text), "12") == "12");
  CHECK(value_from_text(of_type(value_type::origins), "any") == "any");
  CHECK(value_from_text(of_type(value_type::origins), R"(["//a"])") == json::array({"//a"}));
  CHECK(value_from_text(of_type(value_type::texts), R"(["a"])") == json::array({"a"}));
  CHECK(value_from_text(of_type(value_type::integer), "12x") == "12x");
  CHECK(value_from_text(of_type(value_type::integer), "") == "");
}
