// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/codec.hpp"

#include "tests/fixtures/catch.hpp"
#include "wire.hpp"

using namespace roost;
using namespace roost::net;
using wire::golden;

namespace {

const ref join_ref{"\"12\""};
const ref reference{"\"123\""};
const payload_view json{"{\"text\":\"hi\"}"};
const payload_view binary{"efg", payload_kind::binary};
const timed_position where{{"e1", offset{12}}, 1'700'000'000'000};

constexpr wire_format v1{codec_id::v1, false};
constexpr wire_format v2{codec_id::v2, false};
constexpr wire_format v1_positions{codec_id::v1, true};
constexpr wire_format v2_positions{codec_id::v2, true};

}  // namespace

TEST_CASE("each client text decodes to the result in the golden file") {
  for (const auto& line : wire::golden_lines("refused.txt")) {
    INFO(line);
    const auto codec = line.starts_with("v1 ") ? codec_id::v1 : codec_id::v2;
    const auto blank = line.find(' ', 3);
    const auto result_code = wire::decode_result_of(codec, line.substr(blank + 1));
    CHECK(line.substr(3, blank - 3) ==
          (result_code == errc::none ? "none" : std::string{row_of(result_code).name}));
  }
}

TEST_CASE("a malformed text is reported with its reason") {
  const auto why = [](codec_id codec, std::string_view text) {
    auto decoded = decode_text(codec, bytes_ptr::copy(text), {});
    REQUIRE_FALSE(decoded);
    CHECK(decoded.failure().code == errc::malformed_message);
    CHECK(wire::is_label(decoded.failure().detail));
    return decoded.failure().detail;
  };
  std::string many = R"([["1","1","t","e",{}])";
  for (int i = 0; i < 100; ++i) many += R"(,["1","1","t","e",{}])";
  CHECK(why(codec_id::v2, "{") == unreadable::not_json);
  CHECK(why(codec_id::v2, "") == unreadable::not_json);
  CHECK(why(codec_id::v2, R"({"topic":"t"})") == unreadable::not_array);
  CHECK(why(codec_id::v2, R"(["1","2","t","e"])") == unreadable::elements);
  CHECK(why(codec_id::v2, R"([["1","2","t","e",{}],7])") == unreadable::batch);
  CHECK(why(codec_id::v2, many + "]") == unreadable::batch_size);
  CHECK(why(codec_id::v1, R"(["1","2","t","e",{}])") == unreadable::not_object);
  CHECK(why(codec_id::v1, R"({})") == unreadable::no_topic);
  CHECK(why(codec_id::v1, R"({"topic":"t","payload":{},"ref":1})") == unreadable::no_event);
  CHECK(why(codec_id::v1, R"({"topic":"t","event":"e","ref":1})") == unreadable::no_payload);
  CHECK(why(codec_id::v1, R"({"topic":"t","event":"e","payload":{}})") == unreadable::no_ref);
}

TEST_CASE("an empty message is malformed") {
  for (const auto codec : {codec_id::v1, codec_id::v2}) {
    CHECK_FALSE(decode_text(codec, {}, {}));
    CHECK_FALSE(decode_binary(codec, {}, {}));
    CHECK_FALSE(decode_text(codec, bytes_ptr::copy(""), {}));
    CHECK_FALSE(decode_binary(codec, bytes_ptr::copy(""), {}));
  }
}

TEST_CASE("a broadcast has a position only for formats with positions and only if one exists") {
  const auto text = [](wire_format format, const timed_position* at) {
    return wire::text_of(encode_broadcast(format, {"room:a"}, "msg", json, at));
  };
  CHECK(text(v1, &where) == golden("v1_broadcast"));
  CHECK(text(v2, &where) == golden("v2_broadcast"));
  CHECK(text(v1_positions, &where) == golden("v1_broadcast_at"));
  CHECK(text(v2_positions, &where) == golden("v2_broadcast_at"));
  CHECK(text(v1_positions, nullptr) == golden("v1_broadcast"));
  CHECK(text(v2_positions, nullptr) == golden("v2_broadcast"));
}

TEST_CASE("binary payloads are sent as binary messages in V2 and as base64 in V1") {
  CHECK(wire::binary_of(encode_broadcast(v2, {"topic"}, "event", binary, &where)) ==
        golden("binary_broadcast"));
  CHECK(wire::binary_of(encode_broadcast(v2_positions, {"topic"}, "event", binary, &where)) ==
        golden("binary_broadcast_at"));
  CHECK(wire::text_of(encode_broadcast(v1, {"topic"}, "event", binary, &where)) ==
        golden("v1_bytes_broadcast"));
  CHECK(wire::text_of(encode_broadcast(v1_positions, {"topic"}, "event", binary, &where)) ==
        golden("v1_bytes_broadcast_at"));
  CHECK(wire::binary_of(encode_push(v2, join_ref, {}, {"topic"}, "event", binary)) ==
        golden("binary_push"));
  CHECK(wire::binary_of(encode_reply(v2, join_ref, reference, {"topic"}, reply_status::ok,
                                     binary)) == golden("binary_reply"));
  CHECK(wire::text_of(encode_reply(v1, join_ref, reference, {"topic"}, reply_status::ok, binary)) ==
        golden("v1_bytes_reply"));
}

TEST_CASE("an ephemeral event encodes like a broadcast without a position") {
  for (std::size_t i = 0; i < wire_format::count; ++i) {
    const auto format = wire_format::at(i);
    for (const auto& body : {json, binary}) {
      const auto plain = encode_broadcast(format, {"room:a"}, "msg", body, nullptr);
      const auto message = encode_ephemeral(format, {"room:a"}, "msg", body, "\"7\"");
      CHECK(message->view() == plain->view());
      CHECK(message.is_conflated());
      CHECK_FALSE(plain.is_ephemeral());
    }
  }
}

TEST_CASE("an ephemeral event without a key is not conflated") {
  const auto message = encode_ephemeral(v2, {"room:a"}, "msg", json, "");
  CHECK(message.is_ephemeral());
  CHECK_FALSE(message.is_conflated());
}

TEST_CASE("ephemeral events conflate only with the same topic and event and key") {
  const auto message = [](std::string_view topic, std::string_view event, std::string_view key) {
    return encode_ephemeral(v2, {topic}, event, json, key);
  };
  const auto one = message("a", "b", "c");
  CHECK(one.has_same_key(encode_ephemeral(v2, {"a"}, "b", binary, "c")));
  CHECK_FALSE(one.has_same_key(encode_ephemeral(v2, {"a", true}, "b", json, "c")));
  CHECK_FALSE(one.has_same_key(message("ab", "", "c")));
  CHECK_FALSE(one.has_same_key(message("", "ab", "c")));
  CHECK_FALSE(one.has_same_key(message("a", "bc", "c")));
  CHECK_FALSE(one.has_same_key(message("a", "b", "d")));
  CHECK_FALSE(message("a", "b", std::string_view{"c\0d", 3})
                  .has_same_key(message("a", "b", std::string_view{"c\0e", 3})));
}

TEST_CASE("replies and pushes encode the same with and without positions") {
  const ref one{"\"1\""};
  for (const auto format : {v2, v2_positions}) {
    CHECK(wire::text_of(encode_push(format, one, one, {"room:a"}, "phx_close", {})) ==
          golden("v2_close"));
    CHECK(wire::text_of(encode_reply(format, {}, ref{"\"9\""}, {"phoenix"}, reply_status::ok,
                                     {})) == golden("v2_heartbeat_reply"));
  }
  for (const auto format : {v1, v1_positions}) {
    CHECK(wire::text_of(encode_push(format, one, one, {"room:a"}, "phx_close", {})) ==
          golden("v1_close"));
  }
}

TEST_CASE("an error response has a reason and a code") {
  CHECK(error_response(errc::unmatched_topic) == R"({"reason":"unmatched topic","code":100})");
  CHECK(error_response(errc::draining) == R"({"reason":"draining","code":113})");
}

TEST_CASE("a position is an object of epoch and offset, and time for an event") {
  CHECK(position_json(where.at) == R"({"epoch":"e1","offset":12})");
  CHECK(timed_position_json(where) == R"({"epoch":"e1","offset":12,"time":1700000000000})");
  CHECK(position_json({"", offset{18'446'744'073'709'551'615U}}) ==
        R"({"epoch":"","offset":18446744073709551615})");
}

TEST_CASE("every encoded message counts as one encode in every format") {
  const auto before = encodes_of_this_thread();
  for (std::size_t i = 0; i < wire_format::count; ++i) {
    encode_broadcast(wire_format::at(i), {"t"}, "e", json, &where);
    encode_push(wire_format::at(i), {}, {}, {"t"}, "e", binary);
    encode_reply(wire_format::at(i), {}, {}, {"t"}, reply_status::ok, json);
  }
  CHECK(encodes_of_this_thread() == before + 12);
}
