// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "net/protocol/codecs.hpp"
#include "tests/fixtures/catch.hpp"
#include "wire.hpp"

using namespace roost;
using namespace roost::net;
using wire::golden;

TEST_CASE("V1 decodes the members of a message in any order") {
  const auto message =
      wire::decode_one(codec_id::v1, R"({"ref":"2","payload":{"n":0},"join_ref":"1",
      "other":[{"topic":"x"}],"event":"msg","topic":"room:a"})")
          .decoded;
  CHECK(message.join_ref.json == "\"1\"");
  CHECK(message.reference.json == "\"2\"");
  CHECK(message.topic == "room:a");
  CHECK(message.event == "msg");
  CHECK(message.body.data.view() == "{\"n\":0}");
}

TEST_CASE("V1 has a null join_ref if none is given") {
  const auto message =
      wire::decode_one(codec_id::v1, R"({"topic":"t","event":"e","payload":{},"ref":1})").decoded;
  CHECK(message.join_ref.is_null());
  CHECK(message.reference.json == "1");
}

TEST_CASE("V1 takes the last of duplicate keys in any spelling") {
  const auto message = wire::decode_one(codec_id::v1, R"({"topic":"t","event":"e","payload":{},
      "ref":1,"\u0074opic":"u","payload":[2]})")
                           .decoded;
  CHECK(message.topic == "u");
  CHECK(message.body.data.view() == "[2]");
}

TEST_CASE("V1 ignores keys that only begin like a key of the protocol") {
  const auto key = "topic" + std::string(300, 'c');
  const auto text = R"({"topic":"t","event":"e","payload":{},"ref":1,")" + key + R"(":"u"})";
  CHECK(wire::decode_one(codec_id::v1, text).decoded.topic == "t");
}

TEST_CASE("V1 replies with four keys") {
  CHECK(wire::text_of(encode_v1(
            reply_parts{{"\"1\""}, {"\"2\""}, {"room:a"}, reply_status::ok, {"{\"a\":1}"}})) ==
        golden("v1_reply_ok"));
  const auto response = error_response(errc::unmatched_topic);
  CHECK(wire::text_of(encode_v1(reply_parts{
            {}, {"7"}, {"room:a"}, reply_status::error, {response}})) == golden("v1_reply_error"));
  CHECK(wire::text_of(encode_v1(reply_parts{{}, {"\"9\""}, {"phoenix"}, reply_status::ok, {}})) ==
        golden("v1_heartbeat_reply"));
}

TEST_CASE("V1 pushes have no join_ref and keep a given ref") {
  const ref one{"\"1\""};
  CHECK(wire::text_of(encode_v1(push_parts{one, {}, {"room:a"}, "presence_state", {}})) ==
        golden("v1_push"));
  CHECK(wire::text_of(encode_v1(push_parts{one, one, {"room:a"}, "phx_close", {}})) ==
        golden("v1_close"));
  CHECK(wire::text_of(encode_v1(
            push_parts{one, one, {"room:a"}, "phx_error", {"{\"reason\":\"channel_crash\"}"}})) ==
        golden("v1_error"));
}

TEST_CASE("V1 broadcasts have a fifth key only with a position") {
  const timed_position where{{"e1", offset{12}}, 1'700'000'000'000};
  const payload_view body{"{\"text\":\"hi\"}"};
  CHECK(wire::text_of(encode_v1(broadcast_parts{{"room:a"}, "msg", body, nullptr})) ==
        golden("v1_broadcast"));
  CHECK(wire::text_of(encode_v1(broadcast_parts{{"room:a"}, "msg", body, &where})) ==
        golden("v1_broadcast_at"));
}

TEST_CASE("V1 escapes names and echoes names that are JSON") {
  CHECK(wire::text_of(encode_v1(broadcast_parts{{"a\"b\\c\x01"}, "m\nx", {}, nullptr})) ==
        golden("v1_escaped"));
  CHECK(wire::text_of(
            encode_v1(reply_parts{{}, {"\"2\""}, {"[1, 2]", true}, reply_status::error, {}})) ==
        golden("v1_topic_echoed"));
}

TEST_CASE("V1 encodes bytes as base64") {
  const payload_view body{"efg", payload_kind::binary};
  CHECK(wire::text_of(encode_v1(broadcast_parts{{"topic"}, "event", body, nullptr})) ==
        golden("v1_bytes_broadcast"));
  CHECK(wire::text_of(
            encode_v1(reply_parts{{"\"12\""}, {"\"123\""}, {"topic"}, reply_status::ok, body})) ==
        golden("v1_bytes_reply"));
}

TEST_CASE("V1 encodes a message with escapes and base64 and a position in full") {
  const timed_position where{{"e1", offset{1}}, 5};
  const payload_view body{"efg", payload_kind::binary};
  const auto plain = wire::text_of(encode_v1(broadcast_parts{{"t"}, "e", body, &where}));
  const auto escaped = wire::text_of(encode_v1(broadcast_parts{{"\""}, "\"", body, &where}));
  CHECK(escaped.size() == plain.size() + 2);
}

TEST_CASE("V1 decodes only an object with the single key payload_base64 as bytes") {
  const auto body_of = [](std::string_view payload) {
    const auto got =
        wire::decode_one(codec_id::v1, R"({"topic":"t","event":"e","ref":1,"payload":)" +
                                           std::string{payload} + "}");
    CHECK(got.refused == errc::none);
    return got.decoded.body;
  };
  for (const auto* text : {R"({"payload_base64":"+//+"})", R"( { "payload_base64" : "+\/\/+" } )",
                           R"({"payload\u005fbase64":"\u002b//+"})"}) {
    const auto body = body_of(text);
    CHECK(body.kind == payload_kind::binary);
    CHECK_FALSE(body.is_object);
    CHECK(body.data.view() == "\xfb\xff\xfe");
  }
  CHECK(body_of(R"({"payload_base64":"YQ"})").data.view() == "a");
  CHECK(body_of(R"({"payload_base64":""})").kind == payload_kind::binary);
  CHECK(body_of(R"({"payload_base64":""})").data.view().empty());
  for (const auto* text :
       {R"({"payload_base64":7})", R"({"payload_base64":"YQ","n":1})", R"({"n":1})", R"({})",
        R"({"n":{"payload_base64":"YQ"}})", R"(["payload_base64","YQ"])", R"("YQ")"}) {
    const auto body = body_of(text);
    CHECK(body.kind == payload_kind::json);
    CHECK(body.data.view() == text);
  }
}

TEST_CASE("V1 refuses invalid base64 and keeps topic and ref for the reply") {
  const auto got = wire::decode_one(
      codec_id::v1, R"({"topic":"t","event":"e","payload":{"payload_base64":"Y"},"ref":"9"})");
  CHECK(got.refused == errc::invalid_payload);
  CHECK(got.decoded.topic == "t");
  CHECK(got.decoded.reference.json == "\"9\"");
  CHECK_FALSE(got.decoded.body.data.whole);
  CHECK_FALSE(got.decoded.body.is_object);
}

TEST_CASE("V1 does not decode base64 in the payload of a join") {
  const auto got = wire::decode_one(
      codec_id::v1,
      R"({"topic":"t","event":"phx_join","payload":{"payload_base64":"YQ"},"ref":"9"})");
  CHECK(got.refused == errc::none);
  CHECK(got.decoded.body.is_object);
  CHECK(got.decoded.body.kind == payload_kind::json);
}
