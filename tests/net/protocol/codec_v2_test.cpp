// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "net/protocol/codecs.hpp"
#include "tests/fixtures/catch.hpp"
#include "wire.hpp"

using namespace roost;
using namespace roost::net;
using wire::golden;

namespace {

constexpr std::string_view one_message = R"(["1","2","room:a","msg",{"n":0}])";

std::string batch_of(std::size_t count) {
  std::string out = "[";
  for (std::size_t i = 0; i < count; ++i) out += (i ? "," : "") + std::string{one_message};
  return out + "]";
}

}  // namespace

TEST_CASE("V2 decodes the five elements of a message") {
  const auto message = wire::decode_one(codec_id::v2, one_message).decoded;
  CHECK(message.join_ref.json == "\"1\"");
  CHECK(message.reference.json == "\"2\"");
  CHECK(message.topic == "room:a");
  CHECK(message.event == "msg");
  CHECK(message.body.data.view() == "{\"n\":0}");
}

TEST_CASE("V2 decodes an array of messages in order") {
  const auto text = std::string{"[ "} + std::string{one_message} + R"( , [null,3,"b","x",[]] ])";
  auto decoded = decode_text(codec_id::v2, bytes_ptr::copy(text), {});
  REQUIRE(decoded);
  REQUIRE(decoded->size() == 2);
  CHECK((*decoded)[0].decoded.topic == "room:a");
  CHECK((*decoded)[1].decoded.topic == "b");
  CHECK((*decoded)[1].decoded.body.data.view() == "[]");
}

TEST_CASE("V2 refuses a too deep message of an array and accepts the others") {
  const auto deep = GENERATE(65U, 2'000U);
  const auto text = "[" + std::string{one_message} + R"(,["1","3","t","e",)" + wire::nested(deep) +
                    "]," + std::string{one_message} + "]";
  auto decoded = decode_text(codec_id::v2, bytes_ptr::copy(text), {});
  REQUIRE(decoded);
  REQUIRE(decoded->size() == 3);
  CHECK((*decoded)[0].refused == errc::none);
  CHECK((*decoded)[1].refused == errc::invalid_payload);
  CHECK((*decoded)[1].decoded.reference.json == "\"3\"");
  CHECK((*decoded)[2].decoded.body.data.view() == "{\"n\":0}");
}

TEST_CASE("V2 refuses a message with a lone surrogate in an array and accepts the others") {
  const auto text = "[" + std::string{one_message} + R"(,["1","3","t","e",{"a":"\ud83d"}],)" +
                    std::string{one_message} + "]";
  auto decoded = decode_text(codec_id::v2, bytes_ptr::copy(text), {});
  REQUIRE(decoded);
  REQUIRE(decoded->size() == 3);
  CHECK((*decoded)[0].refused == errc::none);
  CHECK((*decoded)[1].refused == errc::invalid_payload);
  CHECK((*decoded)[1].decoded.reference.json == "\"3\"");
  CHECK((*decoded)[2].decoded.body.data.view() == "{\"n\":0}");
}

TEST_CASE("V2 refuses invalid JSON in an array that also has a too deep payload") {
  const auto text = R"([["1","2","t","e",{"a":}],["1","3","t","e",)" + wire::nested(2'000) + "]]";
  CHECK(wire::decode_result_of(codec_id::v2, text) == errc::malformed_message);
}

TEST_CASE("V2 bounds the number of messages in one message") {
  auto decoded = decode_text(codec_id::v2, bytes_ptr::copy(batch_of(100)), {});
  REQUIRE(decoded);
  CHECK(decoded->size() == 100);
  CHECK(wire::decode_result_of(codec_id::v2, batch_of(101)) == errc::malformed_message);
}

TEST_CASE("V2 replies repeat the refs as written") {
  CHECK(wire::text_of(encode_v2(
            reply_parts{{"\"1\""}, {"\"2\""}, {"room:a"}, reply_status::ok, {"{\"a\":1}"}})) ==
        golden("v2_reply_ok"));
  const auto response = error_response(errc::unmatched_topic);
  CHECK(wire::text_of(encode_v2(reply_parts{
            {}, {"7"}, {"room:a"}, reply_status::error, {response}})) == golden("v2_reply_error"));
  CHECK(wire::text_of(encode_v2(reply_parts{{}, {"\"9\""}, {"phoenix"}, reply_status::ok, {}})) ==
        golden("v2_heartbeat_reply"));
}

TEST_CASE("V2 pushes carry the join_ref and a close carries it twice") {
  const ref one{"\"1\""};
  CHECK(wire::text_of(encode_v2(push_parts{one, {}, {"room:a"}, "presence_state", {}})) ==
        golden("v2_push"));
  CHECK(wire::text_of(encode_v2(push_parts{one, one, {"room:a"}, "phx_close", {}})) ==
        golden("v2_close"));
  CHECK(wire::text_of(encode_v2(
            push_parts{one, one, {"room:a"}, "phx_error", {"{\"reason\":\"channel_crash\"}"}})) ==
        golden("v2_error"));
}

TEST_CASE("V2 broadcasts have a sixth element only with a position") {
  const timed_position where{{"e1", offset{12}}, 1'700'000'000'000};
  const payload_view body{"{\"text\":\"hi\"}"};
  CHECK(wire::text_of(encode_v2(broadcast_parts{{"room:a"}, "msg", body, nullptr})) ==
        golden("v2_broadcast"));
  CHECK(wire::text_of(encode_v2(broadcast_parts{{"room:a"}, "msg", body, &where})) ==
        golden("v2_broadcast_at"));
}

TEST_CASE("V2 escapes names and echoes names that are JSON") {
  CHECK(wire::text_of(encode_v2(broadcast_parts{{"a\"b\\c\x01"}, "m\nx", {}, nullptr})) ==
        golden("v2_escaped"));
  CHECK(wire::text_of(
            encode_v2(reply_parts{{}, {"\"2\""}, {"[1, 2]", true}, reply_status::error, {}})) ==
        golden("v2_topic_echoed"));
}

TEST_CASE("V2 decodes a push that it encoded") {
  const auto text = wire::text_of(encode_v2(push_parts{
      {"\"\\u0031\""}, {"7"}, {"z\xc3\xbcrich \"1\" \\ \xf0\x9f\x98\x80"}, "e\"", {"[ 1 ]"}}));
  const auto message = wire::decode_one(codec_id::v2, text).decoded;
  CHECK(message.join_ref.json == "\"\\u0031\"");
  CHECK(message.reference.json == "7");
  CHECK(message.topic == "z\xc3\xbcrich \"1\" \\ \xf0\x9f\x98\x80");
  CHECK(message.event == "e\"");
  CHECK(message.body.data.view() == "[ 1 ]");
}
