// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/join_parser.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

constexpr std::uint32_t meta_bytes_max = 64;

payload payload_of(std::string_view json) {
  const bool is_object = json.find('{') == json.find_first_not_of(' ');
  return {slice::of(bytes_ptr::copy(json)), payload_kind::json, is_object};
}

join_options options_of(std::string_view json) {
  CAPTURE(json);
  const auto read = join_options_of(payload_of(json), meta_bytes_max);
  REQUIRE(read);
  return *read;
}

errc refusal_of(std::string_view json) {
  const auto read = join_options_of(payload_of(json), meta_bytes_max);
  return read ? errc::none : read.failure().code;
}

}  // namespace

TEST_CASE("a token is read from either key if it is a string") {
  const auto token = [](std::string_view json) { return token_of(payload_of(json)); };
  CHECK(*token(R"({"token":"a"})") == "a");
  CHECK(*token(R"({"access_token":"b"})") == "b");
  CHECK(*token(R"({"token":"","access_token":"b"})") == "b");
  for (const auto* none :
       {"{}", "[]", "\"token\"", R"({"token":null})", R"({"x":{"token":"a"}})"}) {
    CHECK(token(none)->empty());
  }
  CHECK(token(R"({"token":1})").failure().code == errc::invalid_payload);
  CHECK(token(R"({"access_token":{}})").failure().code == errc::invalid_payload);
}

TEST_CASE("a join without options asks for nothing") {
  for (const auto* json : {"{}", "[]", "null", "12", "\"resume\"", "[{\"history\":1}]",
                           R"({"token":"t","other":{"history":3}})",
                           R"({"resume":null,"history":null,"meta":null})"}) {
    const auto options = options_of(json);
    CAPTURE(json);
    CHECK_FALSE(options.resume);
    CHECK_FALSE(options.history);
    CHECK(options.meta.empty());
  }
}

TEST_CASE("a binary join payload has no options") {
  const payload payload{slice::of(bytes_ptr::copy("{\"history\":1}")), payload_kind::binary, false};
  const auto read = join_options_of(payload, meta_bytes_max);
  REQUIRE(read);
  CHECK_FALSE(read->history);
}

TEST_CASE("resume and history and meta are read together among unknown keys") {
  const auto options =
      options_of(R"( { "x":[1], "resume" : {"offset":12,"x":{},"epoch":"e\u0031"}, "history":20,)"
                 R"( "meta":{"name":"Ann"} } )");
  REQUIRE(options.resume);
  CHECK(options.resume->epoch == "e1");
  CHECK(options.resume->at == offset{12});
  CHECK(options.history == 20U);
  CHECK(options.meta == R"({"name":"Ann"})");
}

TEST_CASE("offsets and counts may be written with a zero fraction or an exponent") {
  for (const auto* number : {"12", "12.0", "1.2e1", "120e-1"}) {
    CAPTURE(number);
    const auto options = options_of(R"({"resume":{"epoch":"e","offset":)" + std::string{number} +
                                    R"(},"history":)" + number + "}");
    CHECK(options.resume->at == offset{12});
    CHECK(options.history == 12U);
    CHECK(position_of(payload_of(R"({"epoch":"e","offset":)" + std::string{number} + "}"))->at ==
          offset{12});
  }
  CHECK(options_of(R"({"resume":{"epoch":"e","offset":-0.0}})").resume->at == offset{0});
}

TEST_CASE("an offset may have 64 bits and a history count above 32 bits is clamped") {
  CHECK(options_of(R"({"resume":{"epoch":"","offset":18446744073709551615}})").resume->at ==
        offset{18446744073709551615U});
  CHECK(options_of(R"({"history":0})").history == 0U);
  CHECK(options_of(R"({"history":4294967296})").history == 4294967295U);
}

TEST_CASE("an invalid option refuses the join") {
  for (const auto* json : {R"({"resume":{}})",
                           R"({"resume":"e"})",
                           R"({"resume":[]})",
                           R"({"resume":false})",
                           R"({"resume":{"epoch":"e"}})",
                           R"({"resume":{"offset":1}})",
                           R"({"resume":{"epoch":7,"offset":1}})",
                           R"({"resume":{"epoch":null,"offset":1}})",
                           R"({"resume":{"epoch":"e","offset":-1}})",
                           R"({"resume":{"epoch":"e","offset":12.5}})",
                           R"({"resume":{"epoch":"e","offset":1e30}})",
                           R"({"resume":{"epoch":"e","offset":"12"}})",
                           R"({"resume":{"epoch":"e","offset":null}})",
                           R"({"resume":{"epoch":"e","offset":18446744073709551616}})",
                           R"({"history":-1})",
                           R"({"history":1.5})",
                           R"({"history":"3"})",
                           R"({"history":true})",
                           R"({"history":{}})",
                           R"({"history":99999999999999999999})",
                           R"({"meta":[]})",
                           R"({"meta":"x"})",
                           R"({"meta":1})",
                           R"({"meta":false})"}) {
    CAPTURE(json);
    CHECK(refusal_of(json) == errc::invalid_payload);
  }
}

TEST_CASE("a payload with duplicate keys at a level that the server reads is refused") {
  for (const auto* json :
       {R"({"resume":{"epoch":"e","offset":1},"resume":null})", R"({"history":1,"history":2})",
        R"({"meta":{},"m\u0065ta":{}})", R"({"x":1,"x":1})",
        R"({"resume":{"epoch":"e","offset":1,"offset":2}})"}) {
    CAPTURE(json);
    CHECK(refusal_of(json) == errc::invalid_payload);
  }
  CHECK(refusal_of(R"({"x":{"a":1,"a":2}})") == errc::none);
  const auto refused = [](const auto& read) {
    return !read && read.failure().code == errc::invalid_payload;
  };
  CHECK(refused(token_of(payload_of(R"({"token":"a","token":"b"})"))));
  CHECK(refused(token_of(payload_of(R"({"token":"a","\u0074oken":"a"})"))));
  CHECK(refused(meta_of(payload_of(R"({"meta":{"a":1},"meta":{"a":2}})"), meta_bytes_max)));
  CHECK(refused(position_of(payload_of(R"({"epoch":"e","offset":3,"epoch":"f"})"))));
}

TEST_CASE("an epoch has at most 255 bytes") {
  const auto with = [](std::size_t size) {
    return R"({"resume":{"offset":1,"epoch":")" + std::string(size, 'e') + "\"}}";
  };
  CHECK(refusal_of(with(255)) == errc::none);
  CHECK(refusal_of(with(256)) == errc::invalid_payload);
}

TEST_CASE("a meta may have at most as many bytes as its rule allows") {
  const auto with = [](std::size_t size) {
    return R"({"meta":{"a":")" + std::string(size - 8, 'x') + "\"}}";
  };
  CHECK(options_of(with(meta_bytes_max)).meta.size() == meta_bytes_max);
  CHECK(refusal_of(with(meta_bytes_max + 1)) == errc::payload_too_large);
}

TEST_CASE("a meta keeps its text except for refs that the client set") {
  const auto meta = [](std::string_view text) {
    return options_of("{\"meta\":" + std::string{text} + "}").meta;
  };
  CHECK(meta("{}") == "{}");
  CHECK(meta(R"({ "a" : 1, "b":{"phx_ref":2} })") == R"({ "a" : 1, "b":{"phx_ref":2} })");
  CHECK(meta(R"({"phx_ref":"x"})") == "{}");
  CHECK(meta(R"({"phx_ref":1,"a":[1, 2],"phx_ref_prev":{}})") == R"({"a":[1, 2]})");
  CHECK(meta(R"({"a":1,"phx\u005fref":"x","b":"}"})") == R"({"a":1,"b":"}"})");
}

TEST_CASE("presence_update requires a meta") {
  const auto read = meta_of(payload_of(R"({"meta":{"a":1,"phx_ref":"x"}})"), meta_bytes_max);
  REQUIRE(read);
  CHECK(*read == R"({"a":1})");
  for (const auto* json : {"{}", R"({"meta":null})", R"({"meta":1})", "[]", "1"}) {
    const auto refused = meta_of(payload_of(json), meta_bytes_max);
    CAPTURE(json);
    REQUIRE_FALSE(refused);
    CHECK(refused.failure().code == errc::invalid_payload);
  }
  const auto large = meta_of(payload_of(R"({"meta":{"abcd":12345678}})"), 16);
  REQUIRE_FALSE(large);
  CHECK(large.failure().code == errc::payload_too_large);
}

TEST_CASE("mark_read requires a position") {
  const auto read = position_of(payload_of(R"({"epoch":"e","offset":3})"));
  REQUIRE(read);
  CHECK(read->epoch == "e");
  CHECK(read->at == offset{3});
  for (const auto* json :
       {"{}", R"({"epoch":"e"})", R"({"offset":3})", R"({"epoch":"e","offset":3.5})", "null"}) {
    const auto refused = position_of(payload_of(json));
    CAPTURE(json);
    REQUIRE_FALSE(refused);
    CHECK(refused.failure().code == errc::invalid_payload);
  }
}
