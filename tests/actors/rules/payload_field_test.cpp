// SPDX-License-Identifier: Apache-2.0
#include "actors/rules/payload_field.hpp"

#include "tests/fixtures/catch.hpp"

using roost::actors::has_equal_keys;
using roost::actors::key_scope;
using roost::actors::payload_field;
using roost::actors::raw_field;

TEST_CASE("a field is found among others and a string differs from other values") {
  const std::string_view json =
      R"( {"a":{"id":"inner"},"b":["id"],"id":"x1","n":12.50,"t":true,"f":false,"s":"12.50"} )";
  CHECK(payload_field(json, "id") == "sx1");
  CHECK(payload_field(json, "n") == "n125e-1");
  CHECK(payload_field(json, "t") == "ntrue");
  CHECK(payload_field(json, "f") == "nfalse");
  CHECK(payload_field(json, "s") == "s12.50");
}

TEST_CASE("null and arrays and objects are no value and a missing key has none") {
  const std::string_view json = R"({"z":null,"a":[1],"o":{"x":1},"e":""})";
  CHECK_FALSE(payload_field(json, "z"));
  CHECK_FALSE(payload_field(json, "a"));
  CHECK_FALSE(payload_field(json, "o"));
  CHECK_FALSE(payload_field(json, "x"));
  CHECK(payload_field(json, "e") == "s");
}

TEST_CASE("JSON other than an object has no field") {
  for (const auto* json : {"[]", "[\"id\",1]", "\"id\"", "12", "null", "{}", ""}) {
    CAPTURE(json);
    CHECK_FALSE(payload_field(json, "id"));
  }
}

TEST_CASE("keys and values are compared after unescaping") {
  CHECK(payload_field(R"({"\u0069d":"a\n\u00e9\ud83d\ude00"})", "id") ==
        "sa\n\xc3\xa9\xf0\x9f\x98\x80");
  CHECK(payload_field(R"({"a\"b":1})", "a\"b") == "n1");
  CHECK(payload_field(R"({"a\\":1,"b":2})", "b") == "n2");
  CHECK(payload_field(R"({"":1})", "") == "n1");
}

TEST_CASE("a number has one value in any notation") {
  for (const auto* number : {"12", "12.0", "1.2e1"}) {
    CHECK(payload_field(std::string{"{\"id\":"} + number + "}", "id") == "n12");
  }
  CHECK(payload_field("{\"id\":-0.0}", "id") == "n0");
  CHECK(payload_field("{\"id\":\"12.0\"}", "id") == "s12.0");
  CHECK(payload_field("{\"id\":true}", "id") == "ntrue");
}

TEST_CASE("duplicate keys are found however they are escaped") {
  for (const auto* json : {R"({"id":1,"id":2})", R"({"id":1,"\u0069d":2})",
                           R"({"\u0069d":1,"i\u0064":1})", R"({"a":{"b":1},"x":"a","a":null})",
                           R"( { "" : 1 , "" : 2 } )", R"({"\ud83d\ude00":1,"😀":2})"}) {
    CAPTURE(json);
    CHECK(has_equal_keys(json, key_scope::top_level));
    CHECK(has_equal_keys(json, key_scope::all_levels));
  }
  for (const auto* json : {R"({"id":1,"Id":2})", R"({"a":"a","b":"a"})", R"({"a":{"a":{"a":1}}})",
                           R"({"a":[{"a":1},{"a":2}],"b":{"a":1}})", R"({"\\u0069d":1,"id":2})",
                           "{}", R"(["a","a"])", R"("a")", "7"}) {
    CAPTURE(json);
    CHECK_FALSE(has_equal_keys(json, key_scope::top_level));
    CHECK_FALSE(has_equal_keys(json, key_scope::all_levels));
  }
}

TEST_CASE("nested duplicate keys count only if all levels are checked") {
  for (const auto* json :
       {R"({"a":{"b":1,"b":2}})", R"({"a":[[{"b":1,"c":{},"b":2}]],"c":1})",
        R"([{"b":1,"\u0062":2}])", R"({"x":1,"a":{"y":{"x":1},"x":{},"x":[]}})"}) {
    CAPTURE(json);
    CHECK_FALSE(has_equal_keys(json, key_scope::top_level));
    CHECK(has_equal_keys(json, key_scope::all_levels));
  }
}

TEST_CASE("two duplicate keys are found among many keys") {
  for (const std::size_t count : {2U, 16U, 17U, 18U, 1'000U}) {
    const auto with = [count](std::size_t twice) {
      std::string out = "{";
      for (std::size_t i = 0; i < count; ++i) {
        out += (i ? ",\"k" : "\"k") + std::to_string(i == twice ? 0 : i) + "\":0";
      }
      return out + "}";
    };
    for (const auto scope : {key_scope::top_level, key_scope::all_levels}) {
      CHECK_FALSE(has_equal_keys(with(0), scope));
      CHECK(has_equal_keys(with(count - 1), scope));
      CHECK(has_equal_keys(with(1), scope));
    }
  }
}

TEST_CASE("a raw field is the unchanged text") {
  CHECK(raw_field(R"({"m": { "a" : [1, 2] } })", "m")->text == R"({ "a" : [1, 2] })");
  CHECK(raw_field(R"({"m":null})", "m")->text == "null");
}

TEST_CASE("truncated JSON is read without leaving the buffer") {
  const std::string_view json = R"({"a":[{"b":"\"}"}],"\u0069d":"value\n","z":-1.5e3})";
  for (std::size_t size = 0; size < json.size(); ++size) {
    // Copy to an exact-size buffer, so that a sanitizer detects reads beyond its end.
    const std::vector<char> cut(json.begin(), json.begin() + static_cast<std::ptrdiff_t>(size));
    const std::string_view text{cut.data(), cut.size()};
    CHECK_FALSE(payload_field(text, "missing"));
    CHECK_FALSE(has_equal_keys(text, key_scope::top_level));
    CHECK_FALSE(has_equal_keys(text, key_scope::all_levels));
  }
  CHECK(payload_field(json, "z") == "n-1500");
}
