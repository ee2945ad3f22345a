// SPDX-License-Identifier: Apache-2.0
#include "config/json_schema/payload_schema.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temporary_path.hpp"

using namespace roost;

namespace {

payload_schema schema(const std::string& text) {
  auto out = payload_schema::parse(text);
  INFO((out ? "" : out.failure().detail));
  REQUIRE(out);
  return *out;
}

std::string refusal(const std::string& text) {
  auto out = payload_schema::parse(text);
  return out ? "" : out.failure().detail;
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

}  // namespace

TEST_CASE("a payload is accepted only if it satisfies its schema") {
  auto chat = schema(R"({"type": "object", "required": ["text"], "additionalProperties": false,
    "properties": {"text": {"type": "string", "minLength": 1, "maxLength": 5},
                   "stars": {"type": "integer", "minimum": 1, "maximum": 5}}})");
  CHECK(chat.accepts(R"({"text": "hello"})"));
  CHECK(chat.accepts(R"({"text": "a", "stars": 5})"));
  for (auto bad : {R"({})", R"({"text": ""})", R"({"text": "longer"})", R"({"text": 1})",
                   R"({"text": "a", "stars": 6})", R"({"text": "a", "stars": 1.5})",
                   R"({"text": "a", "more": 1})", "[]", "null", "\"text\""}) {
    INFO(bad);
    CHECK_FALSE(chat.accepts(bad));
  }
}

TEST_CASE("text that is not JSON satisfies no schema") {
  auto any = schema("true");
  CHECK(any.accepts("{}"));
  for (auto bad : {"", "{", "{}{}", "nul", "1e999", "\"\xFF\"", "'a'"}) {
    INFO(bad);
    CHECK_FALSE(any.accepts(bad));
  }
  CHECK_FALSE(schema("false").accepts("{}"));
}

TEST_CASE("definitions and anyOf and recursion and propertyNames are supported") {
  auto tree = schema(R"({"definitions": {"leaf": {"type": "integer"}},
    "anyOf": [{"$ref": "#/definitions/leaf"}, {"type": "array", "items": {"$ref": "#"}}]})");
  CHECK(tree.accepts("[1, [2, [3]], []]"));
  CHECK_FALSE(tree.accepts("[1, [2, [\"3\"]]]"));
  auto names = schema(R"({"propertyNames": {"pattern": "^[a-z]+$", "maxLength": 3}})");
  CHECK(names.accepts(R"({"abc": 1})"));
  CHECK_FALSE(names.accepts(R"({"ABC": 1})"));
  CHECK_FALSE(names.accepts(R"({"abcd": 1})"));
}

TEST_CASE("the length of a string is counted in characters including those after a NUL") {
  auto three = schema(R"({"maxLength": 3, "minLength": 2})");
  CHECK(three.accepts("\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\""));
  CHECK_FALSE(three.accepts("\"\xC3\xA9\""));
  CHECK_FALSE(three.accepts(R"("a\u0000bcdefgh")"));
  CHECK(three.accepts("12345"));
}

TEST_CASE("a pattern matches Unicode characters at any place in a string") {
  auto one = schema(R"({"pattern": "^.$"})");
  CHECK(one.accepts("\"\xE2\x82\xAC\""));
  CHECK(one.accepts("\"\xF0\x9F\x98\x80\""));
  CHECK_FALSE(one.accepts("\"ab\""));
  CHECK(one.accepts("7"));
  CHECK(schema(R"({"pattern": "b"})").accepts("\"abc\""));
  CHECK(schema("{\"pattern\": \"^[\xC3\xA0-\xC3\xBF]\\\\d{2}$\"}")
            .accepts("\"\xC3\xA9"
                     "42\""));
}

TEST_CASE("a pattern on a long string does not overflow the stack") {
  auto letters = schema(R"({"pattern": "^[a-z]*$"})");
  CHECK(letters.accepts(quoted(std::string(250'000, 'a'))));
  CHECK_FALSE(letters.accepts(quoted(std::string(250'000, 'a') + "!")));
  auto words = schema(R"({"pattern": "^(a|b|[c-z])*$"})");
  CHECK(words.accepts(quoted(std::string(5'000, 'a'))));
  CHECK_FALSE(words.accepts(quoted(std::string(250'000, 'a') + "!")));
}

TEST_CASE("the anchors of a pattern match the whole text and not a line of it") {
  auto name = schema(R"({"pattern": "^[a-z]{1,10}$"})");
  CHECK(name.accepts(R"("ann")"));
  CHECK_FALSE(name.accepts(R"("ann\n<script>")"));
  CHECK_FALSE(name.accepts(R"("ann\n")"));
  auto line = schema(R"({"pattern": "^.{1,20}$"})");
  CHECK(line.accepts(R"("one line")"));
  CHECK_FALSE(line.accepts(R"("two\nlines")"));
}

TEST_CASE("an unsupported schema is rejected with the reason") {
  CHECK(refusal("{") == "is not JSON");
  CHECK(refusal("[]").starts_with("is not a supported schema: "));
  CHECK(refusal(R"({"format": "date"})") ==
        "is not a supported schema: /: the keyword format is not supported");
  for (auto bad :
       {R"({"pattern": "("})", R"({"pattern": 5})", R"({"minLength": -1})", R"({"maxLength": "3"})",
        R"({"type": 5})", R"({"type": "nonsense"})", R"({"required": [1]})",
        R"({"$ref": "http://127.0.0.1/x"})", R"({"$ref": "#"})", "5", "\"a\"",
        "{\"pattern\": \"(?i)a\"}", "{\"pattern\": \"a(?=b)\"}", R"({"pattern": "\\z"})"}) {
    INFO(bad);
    CHECK(refusal(bad).starts_with("is not a supported schema: "));
  }
}

TEST_CASE("a byte order mark before a schema is ignored") {
  const auto file = roost::testing::temporary_path("marked_schema.json");
  std::ofstream{file} << "\xEF\xBB\xBF"
                      << R"({"type": "object"})";
  CHECK(payload_schema::load(file));
  std::filesystem::remove(file);
}

TEST_CASE("a schema is loaded from a file unless the file is too large or unreadable") {
  const auto file = roost::testing::temporary_path("payload_schema.json");
  std::ofstream{file} << R"({"type": "object"})";
  auto read = payload_schema::load(file);
  REQUIRE(read);
  CHECK(read->accepts("{}"));
  CHECK_FALSE(read->accepts("[]"));
  std::ofstream{file} << "true" << std::string(1'048'577, ' ');
  auto large = payload_schema::load(file);
  REQUIRE_FALSE(large);
  CHECK(large.failure().detail == "must have at most 1048576 bytes");
  std::filesystem::remove(file);
  auto gone = payload_schema::load(file);
  REQUIRE_FALSE(gone);
  CHECK(gone.failure().detail == "cannot be read: No such file or directory");
  auto folder = payload_schema::load(std::filesystem::temp_directory_path().string());
  REQUIRE_FALSE(folder);
  CHECK(folder.failure().detail == "cannot be read: Is a directory");
}

TEST_CASE("copies of a schema can be used by several threads at once") {
  auto mine = schema(R"({"properties": {"a": {"pattern": "^[a-z]{3}$"}}})");
  std::atomic<int> right{0};
  auto work = [&right](payload_schema copy) {
    for (int i = 0; i < 200; ++i) {
      right += copy.accepts(R"({"a": "abc"})") && !copy.accepts(R"({"a": "abcd"})") ? 1 : 0;
    }
  };
  std::thread one{work, mine};
  std::thread two{work, mine};
  one.join();
  two.join();
  CHECK(right == 400);
}
