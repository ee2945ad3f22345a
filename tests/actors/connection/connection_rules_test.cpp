// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/channel_table.hpp"
#include "tests/fixtures/message_result_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;
using asked = edge_request_kind;
using does = message_result::action_kind;

namespace {

const net::wire_format v2{};

settings rooms_only() {
  settings out;
  out.rooms[0].match = "room:*";
  out.limits.channels_max = 3;
  return out;
}

message_result by(const net::inbound& in, const std::optional<channel_facts>& found = {},
                  std::size_t channels = 0, net::wire_format format = v2) {
  static const auto config = rooms_only();
  return decide(in, found, channels, 9, format, config, under_rules());
}

}  // namespace

TEST_CASE("a heartbeat is answered at once with a null join_ref whether joined or not") {
  auto beat = inbound_message("heartbeat");
  beat.decoded.topic = "phoenix";
  for (const auto refused : {errc::none, errc::payload_too_large}) {
    beat.refused = refused;
    check_answered(by(beat), errc::none, {});
    check_answered(by(beat, joined, 3), errc::none, {});
  }
}

TEST_CASE("a heartbeat on another topic is an ordinary event") {
  check_answered(by(inbound_message("heartbeat")), errc::unmatched_topic, {});
  check_forwarded(by(inbound_message("heartbeat"), joined, 1), asked::push);
}

TEST_CASE("a join of a topic that has a rule opens a channel with the next serial") {
  const auto got = by(inbound_message("phx_join"));
  CHECK(got.action == does::open);
  CHECK(got.request.kind == asked::join);
  CHECK(got.request.serial == 9);
  CHECK(got.request.join_ref == one);
  CHECK(got.request.reference == seven);
}

TEST_CASE("a join of a topic without a rule is refused as unmatched with a null join_ref") {
  auto join = inbound_message("phx_join");
  for (const auto* name : {"other:1", "$SYS", "", "phoenix"}) {
    join.decoded.topic = name;
    check_answered(by(join), errc::unmatched_topic, {});
  }
  join.decoded.topic = "12";
  join.decoded.topic_is_string = false;
  check_answered(by(join), errc::unmatched_topic, {});
}

TEST_CASE("a join above channels_max is refused with its join_ref") {
  CHECK(by(inbound_message("phx_join"), {}, 2).action == does::open);
  check_answered(by(inbound_message("phx_join"), {}, 3), errc::too_many_channels, one);
}

TEST_CASE("an unmatched topic is reported before too many channels") {
  auto join = inbound_message("phx_join");
  join.decoded.topic = "other:1";
  check_answered(by(join, {}, 3), errc::unmatched_topic, {});
}

TEST_CASE("a second join goes to the edge with a new serial even at channels_max") {
  const auto got = by(inbound_message("phx_join", net::ref{"\"2\""}), joined, 3);
  check_forwarded(got, asked::join);
  CHECK(got.request.serial == 9);
}

TEST_CASE("a channel that is leaving no longer counts against channels_max") {
  check_forwarded(by(inbound_message("phx_join"), leaving, 2), asked::join);
  check_forwarded(by(inbound_message("phx_join"), leaving, 3), asked::answer,
                  errc::too_many_channels);
  channel_table<int> registry;
  for (const auto* name : {"room:1", "room:2"})
    registry.open(by(inbound_message("phx_join")), name, 0);
  CHECK(registry.held() == 2);
  CHECK(registry.leave(*registry.find("room:1")));
  CHECK_FALSE(registry.leave(*registry.find("room:1")));
  CHECK(registry.held() == 1);
}

TEST_CASE("a join accepts any JSON payload") {
  for (const auto* payload : {"null", "1", "[]", "\"x\"", "{}"}) {
    CHECK(by(inbound_message("phx_join", one, payload)).action == does::open);
  }
}

TEST_CASE("a refused second join still ends the first channel in order") {
  const net::ref two{"\"2\""};
  auto limited = inbound_message("phx_join", two);
  limited.refused = errc::rate_limited;
  for (const auto& got : {by(limited, joined, 1),
                          by(inbound_message("phx_join", two, R"({"resume":7})"), joined, 1)}) {
    check_forwarded(got, asked::leave, got.request.why);
    CHECK(got.request.why != errc::none);
    CHECK(got.request.serial == joined.serial);
    CHECK(got.request.join_ref == two);
  }
  check_forwarded(by(limited, leaving, 1), asked::answer, errc::rate_limited);
}

TEST_CASE("a second leave is answered ok in order") {
  check_forwarded(by(inbound_message("phx_leave"), leaving, 1), asked::answer);
}

TEST_CASE("an event on a topic that is not joined is refused as unmatched with a null join_ref") {
  for (const auto* event : {"msg", "phx_reply", "presence_state", "access_token"}) {
    check_answered(by(inbound_message(event)), errc::unmatched_topic, {});
  }
}

TEST_CASE("a push to a joined topic goes to the edge even with a null join_ref") {
  for (const auto& ref : {one, net::ref{}}) {
    const auto got = by(inbound_message("msg", ref, R"({"a":1})"), joined, 1);
    check_forwarded(got, asked::push);
    CHECK(got.request.serial == 4);
    CHECK(got.request.event == "msg");
    CHECK(got.request.payload.data.view() == R"({"a":1})");
    CHECK(got.request.join_ref == one);  // the reply carries the channel's join_ref
  }
}

TEST_CASE("a push while the channel is leaving is refused as unmatched in order") {
  check_forwarded(by(inbound_message("msg"), leaving, 1), asked::answer, errc::unmatched_topic);
}

TEST_CASE("reserved events are refused in order") {
  for (const auto* event :
       {"phx_reply",       "phx_close",      "phx_error",     "phx_anything",  "presence_state",
        "presence_diff",   "read_receipt",   "read_receipts", "token_expired", "drain",
        "chan_reply_7",    "chan_reply_",    "PHX_CLOSE",     "Phx_join",      "Chan_Reply_7",
        "PRESENCE_UPDATE", "Presence_State", "DRAIN",         "Mark_Read",     "ACCESS_TOKEN"}) {
    check_forwarded(by(inbound_message(event), joined, 1), asked::answer, errc::reserved_event);
  }
  auto number = inbound_message("12");
  number.decoded.event_is_string = false;
  check_forwarded(by(number, joined, 1), asked::answer, errc::unmatched_topic);
  for (const auto* event : {"phx", "presence", "mark_reading", "chan_reply", "xphx_close"}) {
    check_forwarded(by(inbound_message(event), joined, 1), asked::push);
  }
}

TEST_CASE("an empty event name is refused as an invalid payload") {
  check_forwarded(by(inbound_message(""), joined, 1), asked::answer, errc::invalid_payload);
  check_answered(by(inbound_message("")), errc::unmatched_topic, {});
}

TEST_CASE("a join passes its options to the edge and invalid options refuse the join") {
  const auto got =
      by(inbound_message("phx_join", one, R"({"resume":{"epoch":"e","offset":3},"history":2})"));
  CHECK(got.action == does::open);
  REQUIRE(got.request.options);
  REQUIRE(got.request.options->resume);
  CHECK(got.request.options->resume->epoch == "e");
  CHECK(got.request.options->resume->at == offset{3});
  CHECK(got.request.options->history == 2);
  CHECK_FALSE(by(inbound_message("phx_join")).request.options);
  for (const auto* payload : {R"({"resume":7})", R"({"history":-1})", R"({"meta":"x"})"}) {
    check_answered(by(inbound_message("phx_join", one, payload)), errc::invalid_payload, one);
  }
}

TEST_CASE("a presence_update goes to the edge with only its meta") {
  const auto got = by(inbound_message("presence_update", one, R"({"meta":{"a":1}})"), joined, 1);
  check_forwarded(got, asked::update_meta);
  CHECK(got.request.payload.data.view() == R"({"a":1})");
  for (const auto* payload : {"{}", R"({"meta":1})", "[]"}) {
    check_forwarded(by(inbound_message("presence_update", one, payload), joined, 1), asked::answer,
                    errc::invalid_payload);
  }
  check_forwarded(by(inbound_message("presence_update", one, R"({"meta":{}})"), leaving, 1),
                  asked::answer, errc::unmatched_topic);
}

TEST_CASE("a mark_read goes to the edge with its position and an invalid one is refused in order") {
  const auto got = by(inbound_message("mark_read", one, R"({"epoch":"e","offset":3})"), joined, 1);
  check_forwarded(got, asked::mark_read);
  REQUIRE(got.request.options);
  REQUIRE(got.request.options->resume);
  CHECK(got.request.options->resume->epoch == "e");
  CHECK(got.request.options->resume->at == offset{3});
  for (const auto* payload : {"{}", R"({"epoch":"e"})", R"({"epoch":"e","offset":"3"})"}) {
    check_forwarded(by(inbound_message("mark_read", one, payload), joined, 1), asked::answer,
                    errc::invalid_payload);
  }
}

TEST_CASE("an access token is answered ok and never goes to other members") {
  auto token = inbound_message("access_token", one, R"({"access_token":"secret"})");
  const auto got = by(token, joined, 1);
  check_forwarded(got, asked::answer);
  CHECK(got.request.payload.data.view().empty());
  token.decoded.topic = "phoenix";
  check_answered(by(token), errc::none, {});
}

TEST_CASE("a push payload must be an object or bytes in both versions") {
  const net::wire_format v1{net::codec_id::v1};
  for (const auto* payload : {"1", "null", "[]", "\"x\""}) {
    for (const auto format : {v1, v2}) {
      check_forwarded(by(inbound_message("msg", one, payload), joined, 1, format), asked::answer,
                      errc::invalid_payload);
    }
  }
  auto bytes = inbound_message("msg", one, "\x01");
  bytes.decoded.body.kind = payload_kind::binary;
  check_forwarded(by(bytes, joined, 1), asked::push);
}

TEST_CASE("a join with a binary payload is refused unless the payload is empty") {
  auto join = inbound_message("phx_join", one, "\x01");
  join.decoded.body.kind = payload_kind::binary;
  check_answered(by(join), errc::invalid_payload, one);
  join.decoded.body.data = {};
  CHECK(by(join).action == message_result::action_kind::open);
}

TEST_CASE("a message refused by the codec is answered in order or at once without a channel") {
  auto big = inbound_message("msg");
  big.refused = errc::payload_too_large;
  check_forwarded(by(big, joined, 1), asked::answer, errc::payload_too_large);
  check_answered(by(big), errc::payload_too_large, one);
  auto join = inbound_message("phx_join");
  join.refused = errc::name_too_long;
  check_answered(by(join), errc::name_too_long, one);
}
