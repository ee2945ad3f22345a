// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/raw_message.hpp"

#include <string>

#include "net/protocol/json/json_check.hpp"
#include "tests/fixtures/catch.hpp"
#include "wire.hpp"

using namespace roost;
using namespace roost::net;
using wire::decode_one;
using wire::decode_result_of;
using wire::nested;

namespace {

// One message for both codecs; the parts are JSON texts.
struct parts {
  std::string join_ref = "\"1\"";
  std::string reference = "\"2\"";
  std::string topic = "\"room:a\"";
  std::string event = "\"msg\"";
  std::string body = "{}";
};

std::string text_for(codec_id codec, const parts& p) {
  if (codec == codec_id::v2) {
    return "[" + p.join_ref + "," + p.reference + "," + p.topic + "," + p.event + "," + p.body +
           "]";
  }
  return R"({"topic":)" + p.topic + R"(,"event":)" + p.event + R"(,"payload":)" + p.body +
         R"(,"ref":)" + p.reference + R"(,"join_ref":)" + p.join_ref + "}";
}

std::string quoted_of(std::size_t size) { return "\"" + std::string(size, 'n') + "\""; }

const auto both = {codec_id::v1, codec_id::v2};

}  // namespace

TEST_CASE("refs keep their JSON text and null means no ref") {
  const auto codec = GENERATE(values(both));
  const std::string written =
      GENERATE("\"7\"", "7", "true", "{\"a\":null}", "\"\\u00e9\"", "-1.0", "[1, 2]");
  auto message = decode_one(codec, text_for(codec, {.reference = written})).decoded;
  CHECK(message.reference.json == written);
  // In V2 an array of arrays is a batch of messages.
  if (codec == codec_id::v1 || written.front() != '[') {
    message = decode_one(codec, text_for(codec, {.join_ref = written})).decoded;
    CHECK(message.join_ref.json == written);
  }
  message = decode_one(codec, text_for(codec, {"null", "null"})).decoded;
  CHECK(message.join_ref.is_null());
  CHECK(message.reference.is_null());
}

TEST_CASE("string names are unescaped and other values stay JSON") {
  const auto codec = GENERATE(values(both));
  auto message = decode_one(codec, text_for(codec, {.topic = R"("z\u00fcrich\/\"1\"")"})).decoded;
  CHECK(message.topic == "z\xc3\xbcrich/\"1\"");
  CHECK(message.topic_is_string);
  message = decode_one(codec, text_for(codec, {.topic = "[1, 2]", .event = "{\"e\":1}"})).decoded;
  CHECK(message.topic == "[1, 2]");
  CHECK(message.event == "{\"e\":1}");
  CHECK_FALSE(message.topic_is_string);
  CHECK_FALSE(message.event_is_string);
}

TEST_CASE("names and refs over 255 bytes are refused and a reply can still repeat them") {
  const auto codec = GENERATE(values(both));
  const auto fits = quoted_of(255);
  const auto over = quoted_of(256);
  CHECK(decode_result_of(codec, text_for(codec, {fits, fits, fits, fits})) == errc::none);
  CHECK(decode_result_of(codec, text_for(codec, {.join_ref = over})) == errc::name_too_long);
  CHECK(decode_result_of(codec, text_for(codec, {.reference = over})) == errc::name_too_long);
  CHECK(decode_result_of(codec, text_for(codec, {.event = over})) == errc::name_too_long);
  const auto refused = decode_one(codec, text_for(codec, {.topic = over}));
  CHECK(refused.refused == errc::name_too_long);
  CHECK(refused.decoded.topic.size() == 256);
  CHECK(refused.decoded.reference.json == "\"2\"");
  CHECK(refused.decoded.body.data.view().empty());
}

TEST_CASE("the length of a name counts its unescaped bytes") {
  const auto codec = GENERATE(values(both));
  std::string escaped;
  for (int i = 0; i < 127; ++i) escaped += "\\u00e9";
  CHECK(decode_result_of(codec, text_for(codec, {.topic = "\"" + escaped + "n\""})) == errc::none);
  CHECK(decode_result_of(codec, text_for(codec, {.reference = "\"" + escaped + "n\""})) ==
        errc::none);
  CHECK(decode_result_of(codec, text_for(codec, {.topic = "\"" + escaped + "\\u00e9\""})) ==
        errc::name_too_long);
  CHECK(decode_result_of(codec, text_for(codec, {.topic = nested(128)})) == errc::name_too_long);
}

TEST_CASE("a payload may have 64 levels and not 65") {
  const auto codec = GENERATE(values(both));
  CHECK(decode_result_of(codec, text_for(codec, {.body = nested(64)})) == errc::none);
  const auto refused = decode_one(codec, text_for(codec, {.body = nested(65)}));
  CHECK(refused.refused == errc::invalid_payload);
  CHECK(refused.decoded.topic == "room:a");
  CHECK(refused.decoded.reference.json == "\"2\"");
}

TEST_CASE("a payload or name of a hundred thousand brackets is refused") {
  const auto codec = GENERATE(values(both));
  CHECK(decode_result_of(codec, text_for(codec, {.body = nested(100'000)})) ==
        errc::invalid_payload);
  CHECK(decode_result_of(codec, text_for(codec, {.body = std::string(100'000, '[')})) ==
        errc::malformed_message);
  CHECK(decode_result_of(codec, text_for(codec, {.topic = nested(100'000)})) ==
        errc::malformed_message);
  CHECK(decode_result_of(codec, text_for(codec, {.reference = "x", .body = nested(2'000)})) ==
        errc::malformed_message);
  CHECK(decode_result_of(codec, std::string(100'000, '[')) == errc::malformed_message);
  CHECK(decode_result_of(codec, nested(100'000)) == errc::malformed_message);
}

TEST_CASE("a payload is accepted at its size limit and refused above it") {
  const auto codec = GENERATE(values(both));
  const decode_limits limits{.payload_bytes_max = 100};
  const auto text = [codec](std::size_t size) {
    return text_for(codec, {.body = quoted_of(size)});
  };
  CHECK(decode_result_of(codec, text(98), limits) == errc::none);
  CHECK(decode_result_of(codec, text(99), limits) == errc::payload_too_large);
}

TEST_CASE("a payload shares the received bytes and keeps them alive") {
  const auto codec = GENERATE(values(both));
  const std::string body = "{ \"a\" : [1.50, \"\\u0041\"],\n\t\"b\":1e2 }";
  auto data = bytes_ptr::copy(text_for(codec, {.body = body}));
  const auto* first = data->data();
  const auto size = data->size();
  auto decoded = decode_text(codec, data, {});
  data = {};
  REQUIRE(decoded);
  const auto& got = decoded->front().decoded.body;
  CHECK(got.data.view() == body);
  CHECK(got.data.view().data() > first);
  CHECK(got.data.view().data() < first + size);
  CHECK(got.is_object);
  CHECK(got.kind == payload_kind::json);
}

TEST_CASE("a lone surrogate in any part is refused and the reply repeats the topic as written") {
  const auto codec = GENERATE(values(both));
  const std::string half = R"("\ud83d")";
  for (const auto& text :
       {text_for(codec, {.join_ref = half}), text_for(codec, {.reference = half}),
        text_for(codec, {.topic = half}), text_for(codec, {.event = half}),
        text_for(codec, {.body = "{\"a\":" + half + "}"})}) {
    INFO(text);
    const auto got = decode_one(codec, text);
    CHECK(got.refused == errc::invalid_payload);
    CHECK_FALSE(got.decoded.body.data.whole);
    // The reply repeats the topic as written, because clients compare the text.
    const auto reply = wire::text_of(
        encode_reply({codec, false}, got.decoded.join_ref, got.decoded.reference,
                     {got.decoded.topic, !got.decoded.topic_is_string}, reply_status::error, {}));
    CHECK(reply.find(text.find(R"("room:a")") == std::string::npos ? half : R"("room:a")") !=
          std::string::npos);
    CHECK(check_json(reply) ==
          (reply.find(half) == std::string::npos ? json_state::valid : json_state::lone_surrogate));
  }
}

TEST_CASE("a control character in a name or ref is refused and the reply is valid JSON") {
  const auto codec = GENERATE(values(both));
  for (const std::string control : {R"("a\u0000")", R"("\n")", R"("\u007f")", R"("\u0085")"}) {
    CHECK(decode_result_of(codec, text_for(codec, {.join_ref = control})) == errc::invalid_payload);
    CHECK(decode_result_of(codec, text_for(codec, {.event = control})) == errc::invalid_payload);
    const auto reference = decode_one(codec, text_for(codec, {.reference = control}));
    CHECK(reference.refused == errc::invalid_payload);
    CHECK(reference.decoded.reference.json == control);
    const auto topic = decode_one(codec, text_for(codec, {.topic = control}));
    CHECK(topic.refused == errc::invalid_payload);
    const auto reply = wire::text_of(encode_reply({codec, false}, {}, topic.decoded.reference,
                                                  {topic.decoded.topic}, reply_status::error, {}));
    CHECK(check_json(reply) == json_state::valid);
  }
}

TEST_CASE("only a JSON object is marked as an object") {
  const auto codec = GENERATE(values(both));
  for (const auto* body : {"[{}]", "null", "1", "\"{}\"", "true"}) {
    CHECK_FALSE(decode_one(codec, text_for(codec, {.body = body})).decoded.body.is_object);
  }
  CHECK(decode_one(codec, text_for(codec, {.body = "{\"a\":1}"})).decoded.body.is_object);
}
