#include "actors/room/payload_field.hpp"

#include "tests/support/catch.hpp"

using roost::actors::payload_field;
using roost::actors::raw_field;

TEST_CASE("a field's value is found among others, and strings are told from the rest") {
  const std::string_view json =
      R"( {"a":{"id":"inner"},"b":["id"],"id":"x1","n":12.50,"t":true,"f":false,"s":"12.50"} )";
  CHECK(payload_field(json, "id") == "sx1");
  CHECK(payload_field(json, "n") == "n12.50");
  CHECK(payload_field(json, "t") == "ntrue");
  CHECK(payload_field(json, "f") == "nfalse");
  CHECK(payload_field(json, "s") == "s12.50");
}

TEST_CASE("null, arrays and objects are no value, and a missing key has none") {
  const std::string_view json = R"({"z":null,"a":[1],"o":{"x":1},"e":""})";
  CHECK_FALSE(payload_field(json, "z"));
  CHECK_FALSE(payload_field(json, "a"));
  CHECK_FALSE(payload_field(json, "o"));
  CHECK_FALSE(payload_field(json, "x"));
  CHECK(payload_field(json, "e") == "s");
}

TEST_CASE("what is no object has no field") {
  for (const auto* json : {"[]", "[\"id\",1]", "\"id\"", "12", "null", "{}", ""}) {
    CAPTURE(json);
    CHECK_FALSE(payload_field(json, "id"));
  }
}

TEST_CASE("keys and values count as what they say after unescaping") {
  CHECK(payload_field(R"({"\u0069d":"a\n\u00e9\ud83d\ude00"})", "id") ==
        "sa\n\xc3\xa9\xf0\x9f\x98\x80");
  CHECK(payload_field(R"({"a\"b":1})", "a\"b") == "n1");
  CHECK(payload_field(R"({"a\\":1,"b":2})", "b") == "n2");
  CHECK(payload_field(R"({"":1})", "") == "n1");
}

TEST_CASE("a number is one value, however it is written") {
  for (const auto* number : {"12", "12.0", "1.2e1"}) {
    CHECK(payload_field(std::string{"{\"id\":"} + number + "}", "id") == "n12");
  }
  CHECK(payload_field("{\"id\":-0.0}", "id") == "n0");
  CHECK(payload_field("{\"id\":\"12.0\"}", "id") == "s12.0");
  CHECK(payload_field("{\"id\":true}", "id") == "ntrue");
}

TEST_CASE("the first of several fields of one name counts") {
  CHECK(payload_field(R"({"id":1,"id":2})", "id") == "n1");
}

TEST_CASE("a raw field is the text as it stands") {
  CHECK(raw_field(R"({"m": { "a" : [1, 2] } })", "m")->text == R"({ "a" : [1, 2] })");
  CHECK(raw_field(R"({"m":null})", "m")->text == "null");
}

TEST_CASE("a text that was cut anywhere is read without leaving it") {
  const std::string_view json = R"({"a":[{"b":"\"}"}],"\u0069d":"value\n","z":-1.5e3})";
  for (std::size_t size = 0; size < json.size(); ++size) {
    // A copy of its own size, so that a sanitizer sees each step beyond it.
    const std::vector<char> cut(json.begin(), json.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK_FALSE(payload_field({cut.data(), cut.size()}, "missing"));
  }
  CHECK(payload_field(json, "z") == "n-1.5e3");
}
