// SPDX-License-Identifier: Apache-2.0
// Fuzzes the decoders: no read out of bounds, no result that the protocol forbids, and each
// accepted message survives encoding and decoding.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/protocol/codec.hpp"
#include "net/protocol/json/json_check.hpp"
#include "net/protocol/json/json_cursor.hpp"
#include "net/protocol/json/json_text.hpp"

namespace {

using namespace roost;
using namespace roost::net;

constexpr decode_limits limits{.payload_bytes_max = 4'096};

void require(bool is_true) {
  if (!is_true) std::abort();
}

void check_name(const std::string& name, bool is_string) {
  require(name.size() <= name_bytes_max);
  if (is_string) {
    require(!has_control_character(name) && is_utf8(name));
  } else {
    require(check_json(name) == json_state::valid);
  }
}

void check_ref(const ref& which) {
  require(which.is_null() || check_json(which.json) == json_state::valid);
  require(plain_text(which).size() <= name_bytes_max);
}

// A V2 push to a client has the same form as a client's push, so it can be decoded again.
void check_round_trip(const message& said) {
  if (!said.event_is_string) return;
  const auto message = encode_push({codec_id::v2, false}, said.join_ref, said.reference,
                                   {said.topic, !said.topic_is_string}, said.event,
                                   {said.body.data.view(), payload_kind::json});
  auto again = decode_text(codec_id::v2, message, limits);
  // A message whose join_ref is an array looks like a batch.
  if (!said.join_ref.is_null() && said.join_ref.json.front() == '[') return;
  require(static_cast<bool>(again) && again->size() == 1);
  const auto& got = again->front().decoded;
  require(again->front().refused == errc::none);
  require(got.join_ref == said.join_ref && got.reference == said.reference);
  require(got.topic == said.topic && got.event == said.event);
  require(got.body.data.view() == said.body.data.view());
  require(got.body.is_object == said.body.is_object);
}

// Binary payloads that are sent to V1 clients as base64 decode to the same bytes.
void check_bytes_round_trip(const message& said) {
  if (!said.event_is_string || said.event.starts_with("phx_")) return;
  const auto message =
      encode_push({codec_id::v1, false}, {}, said.reference, {said.topic, !said.topic_is_string},
                  said.event, {said.body.data.view(), payload_kind::binary});
  auto again =
      decode_text(codec_id::v1, message, {.payload_bytes_max = 2 * limits.payload_bytes_max});
  require(static_cast<bool>(again) && again->size() == 1);
  const auto& got = again->front();
  require(got.refused == errc::none && got.decoded.body.kind == payload_kind::binary);
  require(got.decoded.body.data.view() == said.body.data.view());
}

void check_payload(const payload& body) {
  require(body.data.size <= limits.payload_bytes_max);
  require(body.data.begin + std::size_t{body.data.size} <= body.data.whole->size());
  require(body.kind == payload_kind::json || !body.is_object);
  if (body.kind == payload_kind::binary) return;
  require(check_json(body.data.view()) == json_state::valid);
  raw_json value;
  require(json_cursor{body.data.view()}.take_value(value));
  require(value.depth <= limits.depth_max && value.text == body.data.view());
}

void encode_all(const message& said) {
  const wire_name topic{said.topic, !said.topic_is_string};
  const payload_view body{said.body.data.view(), said.body.kind};
  const timed_position where{{"e", offset{1}}, 1};
  for (std::size_t i = 0; i < wire_format::count; ++i) {
    const auto format = wire_format::at(i);
    for (const auto& message :
         {encode_reply(format, said.join_ref, said.reference, topic, reply_status::ok, body),
          encode_push(format, said.join_ref, said.reference, topic, said.event, body),
          encode_broadcast(format, topic, said.event, body, &where),
          encode_ephemeral(format, topic, said.event, body, body.data)}) {
      if (message.kind() == encoded_kind::binary) continue;
      // A text message is built from valid JSON parts, so it must be valid JSON itself.
      require(check_json(message->view()) == json_state::valid);
    }
  }
}

// A refusal repeats the refs and the topic of the message as they were written, even if they
// contain an unpaired surrogate.
void check_refused(const message& said) {
  require(!said.body.data.whole);
  for (std::size_t i = 0; i < wire_format::count; ++i) {
    const auto message = encode_reply(wire_format::at(i), said.join_ref, said.reference,
                                      {said.topic, !said.topic_is_string}, reply_status::error, {});
    const auto state = check_json(message->view());
    require(state == json_state::valid || state == json_state::lone_surrogate);
  }
}

void check(const inbound& got) {
  if (got.refused != errc::none) return check_refused(got.decoded);
  check_name(got.decoded.topic, got.decoded.topic_is_string);
  check_name(got.decoded.event, got.decoded.event_is_string);
  check_ref(got.decoded.join_ref);
  check_ref(got.decoded.reference);
  check_payload(got.decoded.body);
  encode_all(got.decoded);
  check_bytes_round_trip(got.decoded);
  if (got.decoded.body.kind == payload_kind::json) check_round_trip(got.decoded);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto held = bytes_ptr::copy(text);
  for (auto decoded :
       {decode_text(codec_id::v1, held, limits), decode_text(codec_id::v2, held, limits),
        decode_binary(codec_id::v2, held, limits), decode_binary(codec_id::v1, held, limits)}) {
    if (!decoded) {
      require(decoded.failure().code == errc::malformed_message);
      continue;
    }
    require(!decoded->empty());
    for (const auto& got : *decoded) check(got);
  }
  return 0;
}
