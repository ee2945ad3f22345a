// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/json/json_check.hpp"

#include <string>

#include "tests/fixtures/catch.hpp"

using namespace roost::net;

TEST_CASE("every type of JSON value is valid") {
  for (const auto* text : {"{}", "[]", "null", "true", "false", "0", "-1.5e+3", "\"a\"", " [1] "}) {
    INFO(text);
    CHECK(check_json(text) == json_state::valid);
  }
}

TEST_CASE("numbers of any size are valid and malformed numbers are not") {
  const std::string big(400, '9');
  CHECK(check_json(big) == json_state::valid);
  CHECK(check_json("[1e400,-1E+4000,18446744073709551616]") == json_state::valid);
  CHECK(check_json("{\"" + big + "e999\\\"1.\":" + big + "}") == json_state::valid);
  for (const auto* bad : {"01", "1.", ".5", "+1", "-", "--1", "1e", "1e+", "1.5.5", "1-1", "0x1",
                          "1e5.5", "1e5e5", "-01", "1.e5", "1 2", "1_0", "1a"}) {
    INFO(bad);
    CHECK(check_json(bad) == json_state::invalid);
    CHECK(check_json("[" + big + "," + bad + "]") == json_state::invalid);
    CHECK(check_json("[" + std::string{bad} + "," + big + "]") == json_state::invalid);
  }
}

TEST_CASE("a number that neither 64 bits nor a double can hold is valid") {
  const std::string nines(70'000, '9');
  const std::string zeros(70'000, '0');
  for (const auto& number : {std::string{"123456789012345678901234567890"},
                             std::string{"-123456789012345678901234567890"},
                             std::string{"9223372036854775808"},
                             std::string{"-9223372036854775809"},
                             std::string{"18446744073709551615"},
                             std::string{"18446744073709551616"},
                             std::string{"99999999999999999999"},
                             std::string{"1e308"},
                             std::string{"1e309"},
                             std::string{"-1e309"},
                             std::string{"1E+99999999999999999999"},
                             std::string{"1e-400"},
                             std::string{"0e99999"},
                             std::string{"-0"},
                             std::string{"-0.0e-0"},
                             nines,
                             "-" + nines,
                             nines + "." + nines + "e" + nines,
                             "0." + zeros + "1",
                             "1e" + nines,
                             "1e-" + zeros}) {
    INFO(number.substr(0, 40) << " of " << number.size() << " digits");
    CHECK(check_json(number) == json_state::valid);
    CHECK(check_json(R"({"n":)" + number + "}") == json_state::valid);
    CHECK(check_json(R"(["\\",)" + number + R"(,"\"1.",)" + number + "\n]") == json_state::valid);
    CHECK(check_json("[" + number + "," + number) == json_state::invalid);
    CHECK(check_json(number + number + ".") == json_state::invalid);
    CHECK(check_json("[" + number + "x]") == json_state::invalid);
    CHECK(check_json("0" + number) == json_state::invalid);
  }
}

TEST_CASE("a large number hides no error before or after it") {
  const std::string big = "123456789012345678901234567890";
  for (const auto* bad :
       {"nul", "truefalse", "\"\\q\"", "\"\xff\"", "\"\n\"", "{1:2}", "\\", "]"}) {
    INFO(bad);
    CHECK(check_json("[" + big + "," + bad + "]") == json_state::invalid);
    CHECK(check_json("[" + std::string{bad} + "," + big + "]") == json_state::invalid);
  }
  const std::string deep(1'100, '[');
  CHECK(check_json("[" + big + "," + deep + std::string(1'100, ']') + "]") == json_state::too_deep);
}

TEST_CASE("a byte order mark is invalid except inside a string") {
  const std::string mark = "\xef\xbb\xbf";
  for (const std::string text :
       {"{}", "[1]", " 1", "\"a\"", "", "123456789012345678901234567890"}) {
    INFO(text);
    CHECK(check_json(mark + text) == json_state::invalid);
    CHECK(check_json(" " + mark + text) == json_state::invalid);
    CHECK(check_json(text + mark) == json_state::invalid);
  }
  CHECK(check_json(mark + mark + "{}") == json_state::invalid);
  CHECK(check_json("[" + mark + "1]") == json_state::invalid);
  CHECK(check_json("\"" + mark + "\"") == json_state::valid);
}

TEST_CASE("text that is not JSON is invalid") {
  for (const auto* text :
       {"",         " ",     "[",         "]",       "{\"a\"}",    "{\"a\":1,}",
        "[1,]",     "[,1]",  "'a'",       "\"\\q\"", "\"\\ud80\"", "\"a",
        "nul",      "[1}",   "{]",        "[] []",   "\"\n\"",     "\xef\xbb\xbf",
        "\"\xff\"", "{1:2}", "undefined", "/**/1"}) {
    INFO(text);
    CHECK(check_json(text) == json_state::invalid);
  }
}

TEST_CASE("a lone surrogate is distinguished from invalid JSON") {
  for (const auto* text : {R"("\ud800")", R"("\uDFFF")", R"("\ud83dx")", R"("\ud83d\u0041")",
                           R"("\ud83d\ud83d\ude00")", R"("\ude00\ud83d")", R"({"\ud800":1})",
                           R"([1e999,"\ud800",1e999])", R"(["\\","\ud800","\"\\\ud800"])"}) {
    INFO(text);
    CHECK(check_json(text) == json_state::lone_surrogate);
  }
  for (const auto* text : {R"("\ud83d\ude00")", R"("\\ud800")", R"("\ufffd")"}) {
    INFO(text);
    CHECK(check_json(text) == json_state::valid);
  }
  for (const auto* text : {R"("\ud800)", R"(["\ud800",])", R"("\ud800\q")", R"(\ud800)",
                           R"("\ud800" x)", R"("\ud8")", R"(["\ud800", 01])"}) {
    INFO(text);
    CHECK(check_json(text) == json_state::invalid);
  }
  CHECK(check_json(R"(["\ud800",)" + std::string(2'000, '[') + std::string(2'000, ']') + "]") ==
        json_state::too_deep);
}

TEST_CASE("texts longer than the reused workspace are checked too") {
  const std::string body(200'000, 'x');
  CHECK(check_json("\"" + body + "\"") == json_state::valid);
  CHECK(check_json("\"" + body) == json_state::invalid);
  CHECK(check_json("{}") == json_state::valid);
}

TEST_CASE("a hundred thousand nested brackets are refused without a crash") {
  const std::string open(100'000, '[');
  const std::string close(100'000, ']');
  CHECK(check_json(open + close) == json_state::too_deep);
  CHECK(check_json(open) != json_state::valid);
  CHECK(check_json("[]") == json_state::valid);
}

TEST_CASE("UTF-8 is distinguished from other bytes") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("z\xc3\xbcrich"));
  CHECK_FALSE(is_utf8("\xc3"));
  CHECK_FALSE(is_utf8("\xed\xa0\x80"));
  CHECK_FALSE(is_utf8("\xc0\x80"));
}
