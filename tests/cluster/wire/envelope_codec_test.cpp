// SPDX-License-Identifier: Apache-2.0
#include "cluster/wire/envelope_codec.hpp"

#include <vector>

#include "cluster/wire/message_header.hpp"
#include "tests/cluster/wire/encoded.hpp"

namespace roost::cluster::wire {
namespace {

std::string with_length(std::string bytes) {
  auto length = bytes.size() - header_bytes;
  for (std::size_t i = 2; i < header_bytes; ++i, length >>= 8U) {
    bytes[i] = static_cast<char>(length);
  }
  return bytes;
}

std::string push_bytes(const std::string& event = "msg") {
  return encoded(
      command{topic{"room:a"}, 0, {}, 0, commands::push{"ann", event, json_payload("{}"), "k"}});
}

wire_error why_not(const std::string& bytes) { return decode_as<command>(slice_of(bytes)).why; }

TEST_CASE("every field of random envelopes survives the wire") {
  filler values{1};
  for (int i = 0; i < 3'000; ++i) {
    const auto sent = values.any<command>();
    const auto got = decode_as<command>(slice_of(encoded(sent)));
    REQUIRE(got);
    REQUIRE(same(got.value, sent));
    const auto published = values.any<event>();
    const auto arrived = decode_as<event>(slice_of(encoded(published)));
    REQUIRE(arrived);
    REQUIRE(same(arrived.value, published));
  }
}

TEST_CASE("a frame holds several envelopes in a row") {
  filler values{2};
  byte_writer out;
  const auto first = values.any<command>();
  const auto second = values.any<event>();
  const auto third = values.any<command>();
  REQUIRE(encode(first, out));
  REQUIRE(encode(second, out));
  REQUIRE(encode(third, out));
  auto input = out.take();
  const auto a = take_envelope(input);
  const auto b = take_envelope(input);
  const auto c = take_envelope(input);
  REQUIRE((a && b && c));
  CHECK(same(std::get<command>(a.value), first));
  CHECK(same(*std::get<event_ptr>(b.value), second));
  CHECK(same(std::get<command>(c.value), third));
  CHECK(input.size == 0);
}

TEST_CASE("an envelope that is cut anywhere is truncated") {
  for_random_messages(3, 50, [](const auto& message) {
    const auto bytes = encoded(message);
    const auto step = 1 + bytes.size() / 400;
    for (std::size_t size = 0; size < bytes.size(); size += step) {
      REQUIRE(decode_as<std::decay_t<decltype(message)>>(slice_of(bytes.substr(0, size))).why ==
              wire_error::truncated);
    }
  });
}

TEST_CASE("an envelope whose contents are cut is malformed, whatever its length says") {
  filler values;
  const auto bytes = encoded(values.of<events::joined, event>());
  for (auto size = header_bytes; size < bytes.size(); ++size) {
    REQUIRE(decode_as<event>(slice_of(with_length(bytes.substr(0, size)))).why ==
            wire_error::malformed);
  }
}

TEST_CASE("an envelope with a flipped bit is refused, or is another valid one") {
  filler values{4};
  int accepted = 0;
  for (int i = 0; i < 100; ++i) {
    const auto bytes = encoded(values.any<event>());
    for (std::size_t bit = 0; bit < 8 * bytes.size(); bit += 1 + bytes.size() / 40) {
      auto flipped = bytes;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      auto input = slice_of(flipped);
      const auto got = take_envelope(input);
      if (!got) continue;
      ++accepted;
      const auto again = std::visit(
          [](const auto& each) {
            if constexpr (requires { *each; }) {
              return encoded(*each);
            } else {
              return encoded(each);
            }
          },
          got.value);
      auto second = slice_of(again);
      REQUIRE(take_envelope(second));
    }
  }
  CHECK(accepted > 100);
}

TEST_CASE("bytes of another format are foreign and leave nothing to read") {
  for (const auto* bytes : {"GET / HTTP/1.1", "{}", "\xff\xff\xff\xff\xff\xff\xff"}) {
    auto input = slice_of(bytes);
    CHECK(take_envelope(input).why == wire_error::foreign);
    CHECK(input.size == 0);
  }
  CHECK(why_not(encoded(filler().of<room_snapshot>())) == wire_error::foreign);
}

TEST_CASE("an envelope of a newer version is refused and the next one is read") {
  auto bytes = push_bytes();
  bytes[1] = static_cast<char>(version + 1);
  auto input = slice_of(bytes + push_bytes());
  CHECK(take_envelope(input).why == wire_error::future);
  CHECK(take_envelope(input));
  CHECK(input.size == 0);
  bytes[1] = 0;
  CHECK(why_not(bytes) == wire_error::malformed);
}

TEST_CASE("a command of a kind that a newer version added keeps its head") {
  filler values;
  auto sent = values.of<commands::leave, command>();
  auto bytes = encoded(sent);
  bytes.back() = '\x7f';  // the kind of a leave, which has no fields
  const auto got = decode_as<command>(slice_of(with_length(bytes + "fields of that kind")));
  REQUIRE(got);
  sent.body = commands::unknown{0x7f};
  CHECK(same(got.value, sent));
  bytes.back() = '\0';
  CHECK(why_not(bytes) == wire_error::malformed);
}

TEST_CASE("an event of a kind that a newer version added is refused as future") {
  auto bytes = encoded(filler().of<events::crashed, event>());
  bytes.back() = '\x7f';  // the kind of a crash, which has no fields
  CHECK(decode_as<event>(slice_of(bytes)).why == wire_error::future);
  bytes.back() = '\0';
  CHECK(decode_as<event>(slice_of(bytes)).why == wire_error::malformed);
}

TEST_CASE("fields that a newer version added at the end of an envelope are ignored") {
  const auto sent = filler().of<events::page, event>();
  const auto got = decode_as<event>(slice_of(with_length(encoded(sent) + "new fields")));
  REQUIRE(got);
  CHECK(same(got.value, sent));
}

TEST_CASE("an envelope above its bound is neither encoded nor decoded") {
  byte_writer out;
  REQUIRE(encode(filler().of<commands::push, command>(), out));
  const auto before = out.size();
  command large{topic{"room:a"}, 0, {}, 0, commands::push{}};
  std::get<commands::push>(large.body).payload = json_payload(std::string(envelope_bytes_max, ' '));
  CHECK_FALSE(encode(large, out));
  CHECK(out.size() == before);
  auto bytes = push_bytes();
  bytes[5] = '\x01';  // the highest byte of the length
  CHECK(why_not(bytes) == wire_error::oversized);
}

TEST_CASE("a name that no client may use is malformed") {
  CHECK(why_not(push_bytes(std::string(255, 'a'))) == wire_error::none);
  CHECK(why_not(push_bytes(std::string(256, 'a'))) == wire_error::malformed);
  CHECK(why_not(push_bytes("a\nb")) == wire_error::malformed);
  CHECK(why_not(push_bytes("a\xff")) == wire_error::malformed);
  auto event_of = filler().of<events::crashed, event>();
  event_of.topic = topic{"room:\x01"};
  CHECK(decode_as<event>(slice_of(encoded(event_of))).why == wire_error::malformed);
}

TEST_CASE("an error that a newer version added arrives as unavailable") {
  auto sent = filler().of<events::refused, event>();
  std::get<events::refused>(sent.body).why = static_cast<errc>(199);
  const auto got = decode_as<event>(slice_of(encoded(sent)));
  REQUIRE(got);
  CHECK(std::get<events::refused>(got.value.body).why == errc::unavailable);
}

TEST_CASE("a payload shares the input unless that would keep much more memory") {
  command sent{
      topic{"room:a"}, 0, {}, 0, commands::push{"ann", "msg", json_payload("{\"a\":1}"), ""}};
  byte_writer out;
  REQUIRE(encode(sent, out));
  auto alone = out.take();
  for (int i = 0; i < 20; ++i) REQUIRE(encode(sent, out));
  auto frame = out.take();
  auto first = take_envelope(alone);
  auto second = take_envelope(frame);
  REQUIRE((first && second));
  const auto whole_of = [](const decoded<envelope>& got) {
    return std::get<commands::push>(std::get<command>(got.value).body).payload.data.whole.get();
  };
  CHECK(whole_of(first) == alone.whole.get());
  CHECK(whole_of(second) != frame.whole.get());
}

TEST_CASE("an answer of side state without a page is malformed") {
  auto sent = filler().of<events::side_state, event>();
  std::get<events::side_state>(sent.body).page = nullptr;
  CHECK(decode_as<event>(slice_of(encoded(sent))).why == wire_error::malformed);
}

}  // namespace
}  // namespace roost::cluster::wire
