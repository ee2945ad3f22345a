#include "config/payload_dialect.hpp"

#include "tests/support/catch.hpp"

using namespace roost;
using json = nlohmann::json;

namespace {

std::string fault(const char* schema) { return payload_dialect::find_fault(json::parse(schema)); }

}  // namespace

TEST_CASE("an ordinary schema has no fault") {
  CHECK(fault("true") == "");
  CHECK(fault("{}") == "");
  CHECK(fault(R"({"$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
    "properties": {"text": {"type": "string", "minLength": 1, "pattern": "^a"},
                   "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": true,
                            "maxItems": 10},
                   "n": {"multipleOf": 0.5}},
    "required": ["text"], "additionalProperties": false})") == "");
}

TEST_CASE("a keyword that nobody checks is a fault, with its place") {
  CHECK(fault(R"({"patternProperties": {"^a": {}}})") ==
        "/: the keyword patternProperties is not supported");
  CHECK(fault(R"({"properties": {"day": {"format": "date"}}})") ==
        "/properties/day: the keyword format is not supported");
  CHECK(fault(R"({"allOf": [{}, {"x-roost-pattern": "a"}]})") ==
        "/allOf/1: the keyword x-roost-pattern is not supported");
  CHECK(fault(R"({"anywhere": {"format": "date"}})") != "");
}

TEST_CASE("names of properties and data are no keywords") {
  CHECK(fault(R"({"properties": {"format": {"type": "string"}, "multipleOf": {}, "$ref": {}}})") ==
        "");
  CHECK(fault(R"({"enum": [{"format": 1}], "const": {"multipleOf": 0}, "default": {"$ref": 1},
                  "examples": [{"format": 1}]})") == "");
  CHECK(fault(R"({"properties": {"const": {"format": "date"}}})") != "");
}

TEST_CASE("a division by nothing cannot be asked for") {
  for (auto schema : {R"({"multipleOf": 0})", R"({"multipleOf": 0.0})", R"({"multipleOf": -1})",
                      R"({"multipleOf": "2"})"}) {
    INFO(schema);
    CHECK(fault(schema).find("multipleOf") != std::string::npos);
  }
}

TEST_CASE("unique items are compared each with each, so there may not be many") {
  for (auto schema : {R"({"uniqueItems": true})", R"({"uniqueItems": true, "maxItems": 1001})",
                      R"({"uniqueItems": true, "maxItems": "9"})"}) {
    INFO(schema);
    CHECK(fault(schema) == "/: uniqueItems needs maxItems of at most 1000 beside it");
  }
  CHECK(fault(R"({"uniqueItems": true, "maxItems": 1000})") == "");
  CHECK(fault(R"({"uniqueItems": false})") == "");
}

TEST_CASE("a reference leads to the schema itself or to a definition") {
  CHECK(fault(R"({"items": {"$ref": "#"}})") == "");
  CHECK(fault(R"({"definitions": {"a": {}}, "items": {"$ref": "#/definitions/a"}})") == "");
  CHECK(fault(R"({"$defs": {"a": {}}, "$ref": "#/$defs/a"})") == "");
  for (auto to : {"#/definitions/b", "#/const", "#/definitions/a/const", "other.json",
                  "http://127.0.0.1/x", "#/definitions/", ""}) {
    INFO(to);
    json schema = {{"definitions", {{"a", json::object()}}}, {"items", {{"$ref", to}}}};
    CHECK(payload_dialect::find_fault(schema).find("$ref is") != std::string::npos);
  }
}

TEST_CASE("a schema that leads to itself without end is a fault, a recursive one is not") {
  CHECK(fault(R"({"$ref": "#"})") == "/: it leads to itself without end");
  CHECK(fault(R"({"anyOf": [{"type": "string"}, {"$ref": "#"}]})") != "");
  CHECK(fault(R"({"definitions": {"a": {"not": {"$ref": "#/definitions/b"}},
                  "b": {"if": {"$ref": "#/definitions/a"}}}})") != "");
  CHECK(fault(R"({"dependencies": {"a": {"$ref": "#"}}})") != "");
  CHECK(fault(R"({"properties": {"child": {"$ref": "#"}}})") == "");
  CHECK(fault(R"({"definitions": {"a": {}},
                  "allOf": [{"$ref": "#/definitions/a"}, {"$ref": "#/definitions/a"}]})") == "");
}

TEST_CASE("a schema as deep as a pit is a fault") {
  auto nested = [](int depth) {
    json out = true;
    for (int i = 0; i < depth; ++i) out = json{{"items", out}};
    return out;
  };
  CHECK(payload_dialect::find_fault(nested(64)) == "");
  CHECK(payload_dialect::find_fault(nested(65)) == "it is deeper than 64");
}

TEST_CASE("rules for strings are renamed wherever they are keywords, and only there") {
  auto schema = json::parse(R"({"pattern": "a", "enum": [{"pattern": "a"}], "id": "x",
    "items": [{"maxLength": 2}], "anywhere": {"pattern": "b"},
    "properties": {"pattern": {"minLength": 1}, "id": {"type": "string"}}})");
  payload_dialect::rename_text_rules(schema);
  CHECK(schema == json::parse(R"({"x-roost-pattern": "a", "enum": [{"pattern": "a"}],
    "items": [{"x-roost-length-max": 2}], "anywhere": {"x-roost-pattern": "b"},
    "properties": {"pattern": {"x-roost-length-min": 1}, "id": {"type": "string"}}})"));
}
