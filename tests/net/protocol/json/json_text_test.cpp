// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/json/json_text.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost::net;

TEST_CASE("quoting escapes only the characters that JSON requires") {
  CHECK(json_quoted("room:42") == "\"room:42\"");
  CHECK(json_quoted("a\"b\\c/d") == "\"a\\\"b\\\\c/d\"");
  CHECK(json_quoted("\b\f\n\r\t\x01\x1f") == "\"\\b\\f\\n\\r\\t\\u0001\\u001f\"");
  CHECK(json_quoted("z\xc3\xbcrich\x7f") == "\"z\xc3\xbcrich\x7f\"");
  CHECK(needs_escape("a\"b"));
  CHECK_FALSE(needs_escape("z\xc3\xbcrich"));
}

TEST_CASE("unescaping reverses every JSON escape") {
  CHECK(json_unescaped(R"(a\"\\\/\b\f\n\r\tz)") == "a\"\\/\b\f\n\r\tz");
  CHECK(json_unescaped(R"(\u0041\u00e9\u20AC)") == "A\xc3\xa9\xe2\x82\xac");
  CHECK(json_unescaped(R"(\ud83d\ude00!)") == "\xf0\x9f\x98\x80!");
  CHECK(json_unescaped(R"(\u0000)") == std::string(1, '\0'));
}

TEST_CASE("unescaping tolerates invalid escapes") {
  CHECK(json_unescaped("\\") == "\\");
  CHECK(json_unescaped("a\\u12") == "au12");
  CHECK(json_unescaped(R"(\ud83dx)") == "\xef\xbf\xbdx");
  CHECK(json_unescaped(R"(\ud83d\u0041)") ==
        "\xef\xbf\xbd"
        "A");
  CHECK(json_unescaped(R"(\ude00)") == "\xef\xbf\xbd");
  CHECK(json_unescaped(R"(\uzzzz)") == "\xef\xbf\xbd");
}

TEST_CASE("quoting and unescaping round-trip every byte") {
  for (int c = 0; c < 256; ++c) {
    for (const std::size_t size : {1U, 3U, 11U}) {  // eight bytes are checked at once
      CAPTURE(c, size);
      const std::string text(size, static_cast<char>(c));
      const auto quoted = json_quoted(text);
      CHECK(json_unescaped(quoted.substr(1, quoted.size() - 2)) == text);
    }
  }
}

TEST_CASE("C0 and C1 control characters are detected") {
  CHECK(has_control_character(std::string_view{"a\0b", 3}));
  CHECK(has_control_character("\x1f"));
  CHECK(has_control_character("\x7f"));
  CHECK(has_control_character("\xc2\x80"));
  CHECK(has_control_character("\xc2\x9f"));
  CHECK_FALSE(has_control_character("\xc2\xa0 \xe2\x82\xac \xf0\x9f\x98\x80 ~"));
  CHECK_FALSE(has_control_character(""));
}
