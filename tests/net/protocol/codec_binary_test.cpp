#include <string>

#include "net/protocol/codecs.hpp"
#include "tests/support/catch.hpp"
#include "wire.hpp"

using namespace roost;
using namespace roost::net;
using wire::golden;

namespace {

const ref join_ref{"\"12\""};
const ref reference{"\"123\""};
const payload_view body{"efg", payload_kind::binary};

result<std::vector<inbound>> decode(std::string_view data, const decode_limits& limits = {}) {
  return decode_binary(codec_id::v2, bytes_ptr::copy(data), limits);
}

std::string client_push(std::string_view join, std::string_view number, std::string_view topic,
                        std::string_view event, std::string_view data) {
  std::string out(1, '\0');
  for (const auto field : {join, number, topic, event}) {
    out.push_back(static_cast<char>(field.size()));
  }
  for (const auto field : {join, number, topic, event, data}) out += field;
  return out;
}

errc outcome(const std::string& data) {
  auto decoded = decode(data);
  return decoded ? decoded->front().refused : decoded.failure().code;
}

}  // namespace

TEST_CASE("a binary push of a client gives its fields and its bytes") {
  auto decoded = decode(golden("binary_push_from_client"));
  REQUIRE(decoded);
  REQUIRE(decoded->size() == 1);
  const auto& said = decoded->front().said;
  CHECK(decoded->front().refused == errc::none);
  CHECK(said.join_ref.json == "\"12\"");
  CHECK(said.reference.json == "\"123\"");
  CHECK(said.topic == "topic");
  CHECK(said.event == "event");
  CHECK(said.topic_is_string);
  CHECK(said.body.kind == payload_kind::binary);
  CHECK_FALSE(said.body.is_object);
  CHECK(said.body.data.view() == "efg");
}

TEST_CASE("empty refs of a binary push are null, and an empty payload is a payload") {
  auto decoded = decode(client_push("", "", "t", "e", ""));
  REQUIRE(decoded);
  CHECK(decoded->front().said.join_ref.is_null());
  CHECK(decoded->front().said.reference.is_null());
  CHECK(decoded->front().said.body.data.view().empty());
}

TEST_CASE("refs of a binary push are the same as those of text frames") {
  auto decoded = decode(client_push("1", "a\"b", "t", "e", ""));
  REQUIRE(decoded);
  CHECK(same_ref(decoded->front().said.join_ref, ref{"1"}));
  CHECK(same_ref(decoded->front().said.join_ref, ref{"\"1\""}));
  CHECK(decoded->front().said.reference.json == "\"a\\\"b\"");
}

TEST_CASE("names of a binary push are UTF-8 of up to 255 bytes, counted in bytes") {
  const std::string longest(255, 'n');
  auto decoded = decode(client_push("", longest, longest, "\xc3\xa9\xf0\x9f\x98\x80", "x"));
  REQUIRE(decoded);
  CHECK(decoded->front().said.topic == longest);
  CHECK(decoded->front().said.event == "\xc3\xa9\xf0\x9f\x98\x80");
  CHECK(decoded->front().said.body.data.view() == "x");
}

TEST_CASE("a binary frame that is no whole push is malformed") {
  const auto whole = golden("binary_push_from_client");
  const auto fields_end = whole.size() - 3;
  for (std::size_t size = 0; size < fields_end; ++size) {
    CHECK(outcome(whole.substr(0, size)) == errc::malformed_message);
  }
  CHECK(outcome(whole.substr(0, fields_end)) == errc::none);
  CHECK(outcome("\x01" + whole.substr(1)) == errc::malformed_message);
  CHECK(outcome("\x02" + whole.substr(1)) == errc::malformed_message);
  CHECK(outcome("\x05" + whole.substr(1)) == errc::malformed_message);
}

TEST_CASE("a binary push with bad UTF-8 or control characters in a field is malformed") {
  for (const std::string bad : {"\xff", "\xc3", "a\nb", "\x7f", "\xc2\x85"}) {
    CHECK(outcome(client_push(bad, "1", "t", "e", "")) == errc::malformed_message);
    CHECK(outcome(client_push("1", bad, "t", "e", "")) == errc::malformed_message);
    CHECK(outcome(client_push("1", "1", bad, "e", "")) == errc::malformed_message);
    CHECK(outcome(client_push("1", "1", "t", bad, "")) == errc::malformed_message);
    CHECK(outcome(client_push("1", "1", "t", "e", bad)) == errc::none);
  }
}

TEST_CASE("a binary payload over its limit is refused") {
  const decode_limits limits{.payload_bytes_max = 3};
  CHECK(decode(client_push("1", "2", "t", "e", "abc"), limits)->front().refused == errc::none);
  auto decoded = decode(client_push("1", "2", "t", "e", "abcd"), limits);
  REQUIRE(decoded);
  CHECK(decoded->front().refused == errc::payload_too_large);
  CHECK(decoded->front().said.reference.json == "\"2\"");
  CHECK(decoded->front().said.body.data.view().empty());
}

TEST_CASE("V1 has no binary messages") {
  const auto data = bytes_ptr::copy(golden("binary_push_from_client"));
  auto decoded = decode_binary(codec_id::v1, data, {});
  REQUIRE_FALSE(decoded);
  CHECK(decoded.failure().code == errc::malformed_message);
}

TEST_CASE("a binary push to a client carries no ref") {
  CHECK(wire::binary_of(encode_v2_binary(
            push_parts{join_ref, reference, {"topic"}, "event", body})) == golden("binary_push"));
  CHECK(wire::binary_of(encode_v2_binary(push_parts{{}, {}, {"topic"}, "event", body})) ==
        golden("binary_push_unjoined"));
}

TEST_CASE("a binary reply carries refs as text, whatever their JSON type") {
  CHECK(wire::binary_of(encode_v2_binary(reply_parts{
            join_ref, reference, {"topic"}, reply_status::ok, body})) == golden("binary_reply"));
  CHECK(wire::binary_of(
            encode_v2_binary(reply_parts{{"12"}, {"123"}, {"topic"}, reply_status::error, body})) ==
        golden("binary_reply_error"));
}

TEST_CASE("a binary broadcast is kind 2, and kind 5 with a position") {
  const position where{"e1", offset{12}};
  CHECK(wire::binary_of(encode_v2_binary(broadcast_parts{{"topic"}, "event", body, nullptr})) ==
        golden("binary_broadcast"));
  CHECK(wire::binary_of(encode_v2_binary(broadcast_parts{{"topic"}, "event", body, &where})) ==
        golden("binary_broadcast_at"));
}

TEST_CASE("a binary frame with a name over 255 bytes keeps its fields apart") {
  const std::string name(300, 'n');
  const auto frame = wire::binary_of(encode_v2_binary(broadcast_parts{{name}, "e", body, nullptr}));
  CHECK(frame == "\x02\xff\x01" + std::string(255, 'n') + "eefg");
}
