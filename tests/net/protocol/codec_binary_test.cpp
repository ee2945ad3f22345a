// SPDX-License-Identifier: Apache-2.0
#include <initializer_list>
#include <string>

#include "net/protocol/codecs.hpp"
#include "tests/fixtures/catch.hpp"
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

// A kind byte, a length byte for each field, the bytes `more`, the fields, then `data`.
std::string client_message(char kind, std::initializer_list<std::string_view> fields,
                           std::string_view more, std::string_view data) {
  std::string out(1, kind);
  for (const auto field : fields) out.push_back(static_cast<char>(field.size()));
  out += more;
  for (const auto field : fields) out += field;
  return out.append(data);
}

std::string client_push(std::string_view join, std::string_view number, std::string_view topic,
                        std::string_view event, std::string_view data) {
  return client_message('\0', {join, number, topic, event}, "", data);
}

errc result_code(const std::string& data) {
  auto decoded = decode(data);
  return decoded ? decoded->front().refused : decoded.failure().code;
}

std::string reason(const std::string& data) {
  auto decoded = decode(data);
  REQUIRE_FALSE(decoded);
  CHECK(wire::is_label(decoded.failure().detail));
  return decoded.failure().detail;
}

}  // namespace

TEST_CASE("a binary push from a client decodes to its fields and payload") {
  auto decoded = decode(golden("binary_push_from_client"));
  REQUIRE(decoded);
  REQUIRE(decoded->size() == 1);
  const auto& message = decoded->front().decoded;
  CHECK(decoded->front().refused == errc::none);
  CHECK(message.join_ref.json == "\"12\"");
  CHECK(message.reference.json == "\"123\"");
  CHECK(message.topic == "topic");
  CHECK(message.event == "event");
  CHECK(message.topic_is_string);
  CHECK(message.body.kind == payload_kind::binary);
  CHECK_FALSE(message.body.is_object);
  CHECK(message.body.data.view() == "efg");
}

TEST_CASE("empty refs of a binary push decode as null and an empty payload is valid") {
  auto decoded = decode(client_push("", "", "t", "e", ""));
  REQUIRE(decoded);
  CHECK(decoded->front().decoded.join_ref.is_null());
  CHECK(decoded->front().decoded.reference.is_null());
  CHECK(decoded->front().decoded.body.data.view().empty());
}

TEST_CASE("refs of a binary push are text and the message is marked as binary") {
  auto decoded = decode(client_push("1", "a\"b", "t", "e", ""));
  REQUIRE(decoded);
  const auto& message = decoded->front().decoded;
  CHECK(message.is_from_binary_message);
  CHECK(same_plain_text(message.join_ref, ref{"1"}));
  CHECK(same_plain_text(message.join_ref, ref{"\"1\""}));
  CHECK(message.reference.json == "\"a\\\"b\"");
}

TEST_CASE("a binary push may have UTF-8 names of up to 255 bytes") {
  const std::string longest(255, 'n');
  auto decoded = decode(client_push("", longest, longest, "\xc3\xa9\xf0\x9f\x98\x80", "x"));
  REQUIRE(decoded);
  CHECK(decoded->front().decoded.topic == longest);
  CHECK(decoded->front().decoded.event == "\xc3\xa9\xf0\x9f\x98\x80");
  CHECK(decoded->front().decoded.body.data.view() == "x");
}

TEST_CASE("a truncated binary message or one of an unknown kind is malformed") {
  const auto whole = golden("binary_push_from_client");
  const auto fields_end = whole.size() - 3;
  for (std::size_t size = 0; size < fields_end; ++size) {
    CHECK(result_code(whole.substr(0, size)) == errc::malformed_message);
  }
  CHECK(result_code(whole.substr(0, fields_end)) == errc::none);
  for (const char kind : {'\x01', '\x02', '\x05', '\x06', '[', '\xff'}) {
    CHECK(reason(kind + whole.substr(1)) == unreadable::binary_kind);
  }
  CHECK(reason("") == unreadable::binary_length);
}

TEST_CASE("a binary push whose topic or ref is not UTF-8 is malformed") {
  for (const std::string bad : {"\xff", "\xc3", "\xed\xa0\x80"}) {
    CHECK(reason(client_push("1", bad, "t", "e", "")) == unreadable::binary_name);
    CHECK(reason(client_push("1", "1", bad, "e", "")) == unreadable::binary_name);
    CHECK(result_code(client_push("1", "1", "t", "e", bad)) == errc::none);
  }
}

TEST_CASE("a binary push with an invalid event or join_ref is refused and keeps its ref") {
  for (const std::string bad : {"\xff", "\xed\xa0\x80", "a\nb", "\x7f", "\xc2\x85"}) {
    for (const auto& data :
         {client_push(bad, "7", "t", "e", "x"), client_push("1", "7", "t", bad, "x")}) {
      auto decoded = decode(data);
      REQUIRE(decoded);
      const auto& [message, refused] = decoded->front();
      CHECK(refused == errc::invalid_payload);
      CHECK(message.topic == "t");
      CHECK(message.reference.json == "\"7\"");
      CHECK(message.body.data.view().empty());
    }
  }
  for (const std::string& control :
       {std::string{"a\nb"}, std::string{"\x7f"}, std::string(1, '\0')}) {
    CHECK(result_code(client_push("1", control, "t", "e", "")) == errc::invalid_payload);
    CHECK(result_code(client_push("1", "1", control, "e", "")) == errc::invalid_payload);
  }
}

TEST_CASE("a Supabase push of kind 3 is refused and keeps its refs and topic") {
  const auto data = client_message('\x03', {"1", "7", "room:a", "phx_join", R"({"m":1})"},
                                   std::string_view{"\x01", 1}, R"({"a":1})");
  auto decoded = decode(data);
  REQUIRE(decoded);
  const auto& [message, refused] = decoded->front();
  CHECK(refused == errc::invalid_payload);
  CHECK(message.join_ref.json == "\"1\"");
  CHECK(message.reference.json == "\"7\"");
  CHECK(message.topic == "room:a");
  CHECK(message.event == "broadcast");  // not the client's event name, which may look like a join
  CHECK(message.body.data.view().empty());
  const auto fields_end = data.size() - 7;
  CHECK(result_code(data.substr(0, fields_end)) == errc::invalid_payload);
  for (std::size_t size = 0; size < fields_end; ++size) {
    CHECK(result_code(data.substr(0, size)) == errc::malformed_message);
  }
}

TEST_CASE("a Supabase broadcast of kind 4 from a client is refused and has no refs") {
  auto decoded = decode(client_message('\x04', {"room:a", "cursor", ""}, "\x01", "{}"));
  REQUIRE(decoded);
  const auto& [message, refused] = decoded->front();
  CHECK(refused == errc::invalid_payload);
  CHECK(message.join_ref.is_null());
  CHECK(message.reference.is_null());
  CHECK(message.topic == "room:a");
}

TEST_CASE("a binary payload over its limit is refused") {
  const decode_limits limits{.payload_bytes_max = 3};
  CHECK(decode(client_push("1", "2", "t", "e", "abc"), limits)->front().refused == errc::none);
  auto decoded = decode(client_push("1", "2", "t", "e", "abcd"), limits);
  REQUIRE(decoded);
  CHECK(decoded->front().refused == errc::payload_too_large);
  CHECK(decoded->front().decoded.reference.json == "\"2\"");
  CHECK(decoded->front().decoded.body.data.view().empty());
}

TEST_CASE("V1 accepts its JSON in a binary message and refuses other bytes") {
  const auto decoded_as_v1 = [](std::string_view data) {
    return decode_binary(codec_id::v1, bytes_ptr::copy(data), {});
  };
  auto decoded = decoded_as_v1(R"({"topic":"t","event":"e","payload":{"a":1},"ref":1})");
  REQUIRE(decoded);
  const auto& [message, refused] = decoded->front();
  CHECK(refused == errc::none);
  CHECK(message.body.data.view() == R"({"a":1})");
  CHECK(message.body.kind == payload_kind::json);
  CHECK(message.reference.json == "1");
  CHECK_FALSE(message.is_from_binary_message);
  // The bytes of a binary message have not been validated before.
  for (const std::string& bad : {golden("binary_push_from_client"), std::string{},
                                 std::string{"{\"topic\":\"\xff\",\"event\":\"e\",\"payload\":{},"
                                             "\"ref\":1}"}}) {
    REQUIRE_FALSE(decoded_as_v1(bad));
    CHECK(decoded_as_v1(bad).failure().detail == unreadable::not_json);
  }
}

TEST_CASE("a binary push to a client carries no ref") {
  CHECK(wire::binary_of(encode_v2_binary(
            push_parts{join_ref, reference, {"topic"}, "event", body})) == golden("binary_push"));
  CHECK(wire::binary_of(encode_v2_binary(push_parts{{}, {}, {"topic"}, "event", body})) ==
        golden("binary_push_unjoined"));
}

TEST_CASE("a binary reply carries refs as text whatever their JSON type") {
  CHECK(wire::binary_of(encode_v2_binary(reply_parts{
            join_ref, reference, {"topic"}, reply_status::ok, body})) == golden("binary_reply"));
  CHECK(wire::binary_of(
            encode_v2_binary(reply_parts{{"12"}, {"123"}, {"topic"}, reply_status::error, body})) ==
        golden("binary_reply_error"));
}

TEST_CASE("a binary broadcast is kind 2 without a position and kind 5 with one") {
  const timed_position where{{"e1", offset{12}}, 1'700'000'000'000};
  CHECK(wire::binary_of(encode_v2_binary(broadcast_parts{{"topic"}, "event", body, nullptr})) ==
        golden("binary_broadcast"));
  CHECK(wire::binary_of(encode_v2_binary(broadcast_parts{{"topic"}, "event", body, &where})) ==
        golden("binary_broadcast_at"));
}

TEST_CASE("a binary message truncates a name to 255 bytes") {
  const std::string name(300, 'n');
  const auto message =
      wire::binary_of(encode_v2_binary(broadcast_parts{{name}, "e", body, nullptr}));
  CHECK(message == "\x02\xff\x01" + std::string(255, 'n') + "eefg");
}
