// SPDX-License-Identifier: Apache-2.0
#include "config/json_schema/payload_dialect.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using json = nlohmann::json;

namespace {

std::string fault(const char* schema) { return payload_dialect::find_fault(json::parse(schema)); }

}  // namespace

TEST_CASE("an ordinary schema is accepted") {
  CHECK(fault("true") == "");
  CHECK(fault("{}") == "");
  CHECK(fault(R"({"$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
    "properties": {"text": {"type": "string", "minLength": 1, "pattern": "^a"},
                   "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": true,
                            "maxItems": 10},
                   "n": {"multipleOf": 0.5}},
    "required": ["text"], "additionalProperties": false})") == "");
}

TEST_CASE("an unsupported keyword is rejected with its place in the schema") {
  CHECK(fault(R"({"properties": {"day": {"format": "date"}}})") ==
        "/properties/day: the keyword format is not supported");
  CHECK(fault(R"({"allOf": [{}, {"contentEncoding": "base64"}]})") ==
        "/allOf/1: the keyword contentEncoding is not supported");
  CHECK(fault(R"({"definitions": {"a": {"prefixItems": []}}})") ==
        "/definitions/a: the keyword prefixItems is not supported");
}

TEST_CASE("property names and data are not treated as keywords") {
  CHECK(fault(R"({"properties": {"format": {"type": "string"}, "multipleOf": {}, "$ref": {},
                                 "$id": {}}})") == "");
  CHECK(fault(R"({"anywhere": {"format": "date"}})") == "");
  CHECK(fault(R"({"enum": [{"format": 1}], "const": {"multipleOf": 0}, "default": {"$ref": 1},
                  "examples": [{"format": 1}]})") == "");
  CHECK(fault(R"({"properties": {"const": {"format": "date"}}})") != "");
}

TEST_CASE("an invalid keyword value is rejected with its place in the schema") {
  CHECK(fault(R"({"properties": {"a": {"multipleOf": 0}}})") ==
        "/properties/a: multipleOf is 0, must be a number above 0");
  CHECK(fault("[]") == "it must be an object, true or false");
  CHECK(fault("5") == "it must be an object, true or false");
}

TEST_CASE("a reference must point to a schema in the same file") {
  CHECK(fault(R"({"items": {"$ref": "#"}})") == "");
  CHECK(fault(R"({"definitions": {"a": {}}, "items": {"$ref": "#/definitions/a"}})") == "");
  CHECK(fault(R"({"$defs": {"a": {}}, "$ref": "#/$defs/a"})") == "");
  CHECK(fault(R"({"properties": {"a": {"$ref": "#/properties/b"}, "b": {}}})") == "");
  CHECK(fault(R"({"definitions": {"a/b%c": {}}, "items": {"$ref": "#/definitions/a~1b%25c"}})") ==
        "");
  for (auto to : {"#/definitions/b", "#/const", "#/definitions/a/const", "#/definitions",
                  "other.json", "http://127.0.0.1/x", "#/definitions/", "", "#a", "#/items/~2"}) {
    INFO(to);
    json schema = {{"definitions", {{"a", {{"const", json::object()}}}}},
                   {"const", json::object()},
                   {"items", {{"$ref", to}}}};
    CHECK(payload_dialect::find_fault(schema) ==
          "/items: $ref is \"" + std::string{to} +
              "\", must be # or refer to a schema in this file");
  }
  CHECK(fault(R"({"$ref": 5})") == "/: $ref is 5, must be # or refer to a schema in this file");
}

TEST_CASE("a keyword that draft 7 ignores beside a reference is rejected") {
  CHECK(fault(R"({"definitions": {"a": {}}, "$ref": "#/definitions/a", "title": "t"})") == "");
  CHECK(fault(R"({"definitions": {"a": {}}, "$ref": "#/definitions/a", "maxItems": 1})") ==
        "/: maxItems beside $ref is ignored by draft 7; put both into allOf");
}

TEST_CASE("a nested id that would change the meaning of references is rejected") {
  CHECK(fault(R"({"$id": "http://example.com/a"})") == "");
  CHECK(fault(R"({"items": {"$id": "http://example.com/a"}})") ==
        "/items: $id is not supported inside a schema");
}

TEST_CASE("an endless reference to the same value is rejected and a recursive schema is accepted") {
  CHECK(fault(R"({"$ref": "#"})") == "/: it refers to itself without end");
  CHECK(fault(R"({"anyOf": [{"type": "string"}, {"$ref": "#"}]})") != "");
  CHECK(fault(R"({"definitions": {"a": {"not": {"$ref": "#/definitions/b"}},
                  "b": {"if": {"$ref": "#/definitions/a"}}}})") != "");
  CHECK(fault(R"({"dependencies": {"a": {"$ref": "#"}}})") != "");
  CHECK(fault(R"({"properties": {"child": {"$ref": "#"}}})") == "");
  CHECK(fault(R"({"definitions": {"a": {}},
                  "allOf": [{"$ref": "#/definitions/a"}, {"$ref": "#/definitions/a"}]})") == "");
}

TEST_CASE("a schema that is nested deeper than 64 levels is rejected") {
  auto nested = [](int depth) {
    json out = true;
    for (int i = 0; i < depth; ++i) out = json{{"items", out}};
    return out;
  };
  CHECK(payload_dialect::find_fault(nested(64)) == "");
  CHECK(payload_dialect::find_fault(nested(65)) == "it is nested deeper than 64 levels");
}

TEST_CASE("a schema that needs more than 64 nested checks of one value is rejected") {
  auto chain = [](int length) {
    json schema = {{"definitions", {{"a0", json::object()}}}};
    for (int i = 1; i < length; ++i) {
      schema["definitions"]["a" + std::to_string(i)] = {
          {"$ref", "#/definitions/a" + std::to_string(i - 1)}};
    }
    return payload_dialect::find_fault(schema);
  };
  CHECK(chain(64) == "");
  CHECK(chain(65).ends_with("it needs more than 64 checks of one value"));
  CHECK(chain(20'000).ends_with("it needs more than 64 checks of one value"));
}
