// SPDX-License-Identifier: Apache-2.0
#include "config/json_schema/payload_keywords.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using json = nlohmann::json;

namespace {

std::string fault(const char* name, const char* value) {
  return payload_keywords::find_fault(name, json::parse(value));
}

}  // namespace

TEST_CASE("valid keyword values are accepted") {
  for (auto [name, value] : std::initializer_list<std::pair<const char*, const char*>>{
           {"type", "\"integer\""},
           {"type", R"(["null", "string"])"},
           {"enum", "[1, null]"},
           {"const", "null"},
           {"multipleOf", "0.01"},
           {"minimum", "-1.5"},
           {"maxLength", "3.0"},
           {"minItems", "0"},
           {"uniqueItems", "true"},
           {"required", "[]"},
           {"pattern", "\"^a\""},
           {"items", "[true, {}]"},
           {"items", "{}"},
           {"allOf", "[{}]"},
           {"not", "false"},
           {"properties", R"({"a": {}, "b": true})"},
           {"patternProperties", R"({"^a": {}})"},
           {"dependencies", R"({"a": ["b"], "c": {}, "d": []})"},
           {"title", "5"}}) {
    INFO(name << " " << value);
    CHECK(fault(name, value) == "");
  }
}

TEST_CASE("an invalid keyword value is rejected with the expected form") {
  CHECK(fault("maxLength", "\"3\"") == "maxLength is \"3\", must be a whole number of at least 0");
  CHECK(fault("multipleOf", "0") == "multipleOf is 0, must be a number above 0");
  for (auto [name, value] :
       std::initializer_list<std::pair<const char*, const char*>>{{"type", "5"},
                                                                  {"type", "\"text\""},
                                                                  {"type", "[]"},
                                                                  {"type", R"(["null", "null"])"},
                                                                  {"enum", "5"},
                                                                  {"multipleOf", "0.0"},
                                                                  {"multipleOf", "-1"},
                                                                  {"multipleOf", "\"2\""},
                                                                  {"minimum", "\"1\""},
                                                                  {"maxLength", "-1"},
                                                                  {"minItems", "1.5"},
                                                                  {"maxItems", "1e300"},
                                                                  {"uniqueItems", "1"},
                                                                  {"required", "[1]"},
                                                                  {"required", R"(["a", "a"])"},
                                                                  {"required", "\"a\""},
                                                                  {"pattern", "5"},
                                                                  {"items", "[1]"},
                                                                  {"items", "\"a\""},
                                                                  {"additionalItems", "[]"},
                                                                  {"allOf", "[]"},
                                                                  {"anyOf", "{}"},
                                                                  {"not", "null"},
                                                                  {"properties", "[]"},
                                                                  {"properties", R"({"a": 1})"},
                                                                  {"dependencies", R"({"a": 1})"},
                                                                  {"definitions", R"({"a": 1})"}}) {
    INFO(name << " " << value);
    CHECK(fault(name, value).find(", must be ") != std::string::npos);
  }
}

TEST_CASE("an unsupported pattern is rejected with the reason") {
  CHECK(fault("pattern", "\"a(?=b)\"") ==
        "the pattern \"a(?=b)\" is refused: lookaheads are not supported");
  CHECK(fault("patternProperties", R"({"^a": {}, "(": {}})") ==
        R"(the pattern "(" is refused: a ( is not closed)");
}

TEST_CASE("an unsupported keyword is rejected and a comment is accepted") {
  CHECK(fault("format", "\"date\"") == "the keyword format is not supported");
  CHECK(fault("contentEncoding", "\"base64\"") == "the keyword contentEncoding is not supported");
  CHECK(fault("$comment", "\"format\"") == "");
  CHECK(payload_keywords::refuses_payloads("maxItems"));
  CHECK_FALSE(payload_keywords::refuses_payloads("definitions"));
  CHECK_FALSE(payload_keywords::refuses_payloads("title"));
}

TEST_CASE("nested schemas are listed with their places and property names and data are not") {
  const auto schema = json::parse(R"({"properties": {"enum": {"type": "null"}}, "enum": [{}],
    "items": [true], "dependencies": {"a": ["b"], "c": false}, "not": {}, "default": {}})");
  std::vector<std::string> places;
  for (const auto& [place, inner] : payload_keywords::inner_schemas(schema)) {
    places.push_back(place);
  }
  CHECK(places ==
        std::vector<std::string>{"/dependencies/c", "/items/0", "/not", "/properties/enum"});
  CHECK(payload_keywords::inner_schemas(json(true)).empty());
}
