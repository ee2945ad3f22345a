// SPDX-License-Identifier: Apache-2.0
#include "actors/rules/event_schema.hpp"

#include <filesystem>
#include <fstream>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temporary_path.hpp"

using namespace roost;
using roost::actors::event_rules;

namespace {

/// A temporary file with a JSON schema. Removed with the object.
class schema_file {
 public:
  explicit schema_file(const std::string& text) {
    path_ = roost::testing::temporary_path("event_schema_test.json");
    std::ofstream{path_} << text;
  }
  ~schema_file() { std::filesystem::remove(path_); }
  schema_file(const schema_file&) = delete;
  schema_file& operator=(const schema_file&) = delete;
  std::string path() const { return path_; }

 private:
  std::string path_;
};

room_rule rule_with(std::vector<room_rule::event_rule> events) {
  room_rule out;
  out.events = std::move(events);
  return out;
}

const std::string object_with_text =
    R"({"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}})";

}  // namespace

TEST_CASE("an event without a rule accepts any payload") {
  event_rules none{room_rule{}};
  CHECK(none.check("msg", "", false) == errc::none);
  event_rules other{rule_with({{"other", 1, ""}, {"free", 0, ""}})};
  CHECK(other.check("msg", "{\"a\": 1}", false) == errc::none);
  CHECK(other.check("free", std::string(100'000, 'a'), true) == errc::none);
  CHECK(other.check("othe", "{}", false) == errc::none);
}

TEST_CASE("a payload above the size limit of its event is too large as JSON and as bytes") {
  event_rules rules{rule_with({{"msg", 4, ""}})};
  for (bool is_binary : {false, true}) {
    CHECK(rules.check("msg", "1234", is_binary) == errc::none);
    CHECK(rules.check("msg", "12345", is_binary) == errc::payload_too_large);
  }
}

TEST_CASE("a payload that does not satisfy its event's schema is invalid") {
  schema_file file{object_with_text};
  event_rules rules{rule_with({{"msg", 0, file.path()}})};
  CHECK(rules.check("msg", R"({"text": "hi"})", false) == errc::none);
  CHECK(rules.check("msg", R"({"text": 1})", false) == errc::invalid_payload);
  CHECK(rules.check("msg", "{}", false) == errc::invalid_payload);
  CHECK(rules.check("msg", "no JSON", false) == errc::invalid_payload);
}

TEST_CASE("a binary payload satisfies no schema even if it looks like JSON") {
  schema_file file{object_with_text};
  event_rules rules{rule_with({{"msg", 0, file.path()}})};
  CHECK(rules.check("msg", R"({"text": "hi"})", true) == errc::invalid_payload);
}

TEST_CASE("the size is checked before the schema") {
  schema_file file{object_with_text};
  event_rules rules{rule_with({{"msg", 10, file.path()}})};
  CHECK(rules.check("msg", "{\"not\": \"small\"}", false) == errc::payload_too_large);
  CHECK(rules.check("msg", "{}", false) == errc::invalid_payload);
}

TEST_CASE("event rules and their copies outlive the schema files") {
  auto make = [] {
    schema_file file{object_with_text};
    return event_rules{rule_with({{"msg", 0, file.path()}})};
  };
  const event_rules rules = make();
  const event_rules copy = rules;
  CHECK(copy.check("msg", R"({"text": "hi"})", false) == errc::none);
  CHECK(copy.check("msg", "{}", false) == errc::invalid_payload);
}

TEST_CASE("an unusable schema throws an exception that names the event and the file") {
  schema_file file{R"({"type": 5})"};
  try {
    event_rules{rule_with({{"msg", 0, file.path()}})};
    FAIL("a bad schema was taken");
  } catch (const std::runtime_error& refused) {
    const std::string said = refused.what();
    CHECK(said.find("\"msg\"") != std::string::npos);
    CHECK(said.find(file.path()) != std::string::npos);
    CHECK(said.find("is not a supported schema") != std::string::npos);
  }
  CHECK_THROWS(event_rules{rule_with({{"msg", 0, "/nowhere/schema.json"}})});
}
