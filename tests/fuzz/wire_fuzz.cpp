// SPDX-License-Identifier: Apache-2.0
// Fuzzes the wire form of the cluster: each message that is decoded is equal after encoding and
// decoding, and each error has its conditions.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "cluster/wire/envelope_codec.hpp"
#include "cluster/wire/log_codec.hpp"
#include "cluster/wire/message_header.hpp"
#include "cluster/wire/name_check.hpp"
#include "tests/fixtures/same_envelope.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;
using namespace roost::cluster::wire;

void require(bool is_true) {
  if (!is_true) std::abort();
}

slice copied(std::string_view text) { return slice::of(bytes_ptr::copy(text)); }

template <class Message>
slice encoded(const Message& message) {
  byte_writer out;
  require(encode(message, out));
  return out.take();
}

void check_names(const command& got) { require(is_name(got.topic.name)); }
void check_names(const event& got) {
  require(is_name(got.topic->name));
  if (const auto* ordered = std::get_if<events::ordered>(&got.body))
    require(is_name(ordered->name));
  if (const auto* page = std::get_if<events::page>(&got.body)) {
    for (const auto& each : page->events) check_names(*each);
  }
}

void check_envelope(const envelope& got) {
  const auto check = [](const auto& message, auto again_of) {
    check_names(message);
    auto bytes = encoded(message);
    const auto expected = std::string{bytes.view()};
    auto again = take_envelope(bytes);
    require(again && bytes.size == 0);
    const auto& second = again_of(again.value);
    require(same(second, message));
    require(encoded(second).view() == expected);
  };
  if (const auto* command = std::get_if<cluster::command>(&got)) {
    check(
        *command, [](const envelope& x) -> const auto& { return std::get<cluster::command>(x); });
  } else {
    check(
        *std::get<event_ptr>(got),
        [](const envelope& x) -> const auto& { return *std::get<event_ptr>(x); });
  }
}

/// Takes envelopes until the input is used up, which ends because each has a header.
void check_frame(std::string_view text) {
  auto input = copied(text);
  while (input.size > 0) {
    const auto before = input.size;
    const auto got = take_envelope(input);
    require(input.size + header_bytes <= before || input.size == 0);
    if (got) check_envelope(got.value);
    if (got.why == wire_error::foreign || got.why == wire_error::truncated)
      require(input.size == 0);
  }
}

template <class Message>
void check_stored(std::string_view text, decoded<Message> (*decode)(slice)) {
  const auto got = decode(copied(text));
  if (!got) return;
  const auto bytes = encoded(got.value);
  const auto again = decode(bytes);
  require(again && same(again.value, got.value));
  require(encoded(again.value).view() == bytes.view());
}

void put(std::string& text, std::size_t at, std::uint64_t value) {
  for (std::size_t i = 0; i < 4; ++i, value >>= 8U) text[at + i] = static_cast<char>(value);
}

/// The text as contents of a message, with a valid header and checksum.
std::string sealed(format kind, std::string_view contents) {
  const bool is_stored = kind != format::command && kind != format::event;
  std::string out(header_bytes + (is_stored ? 4 : 0), '\0');
  out[0] = static_cast<char>(kind);
  out[1] = static_cast<char>(version);
  out += contents;
  put(out, 2, out.size() - header_bytes);
  if (is_stored) put(out, header_bytes, checksum_of(contents));
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check_frame(text);
  check_stored(text, &decode_log_entry);
  check_stored(text, &decode_snapshot);
  check_stored(text, &decode_parted_snapshot);
  check_stored(text, &decode_barrier);
  check_stored(text, &decode_identity);
  if (text.empty()) return 0;
  // A mutation rarely has a valid length and checksum.
  const auto kind = static_cast<format>(data[0]);
  const std::size_t prefix = kind == format::command || kind == format::event ? 6 : 10;
  const auto contents = text.substr(std::min(prefix, size));
  check_frame(sealed(kind, contents));
  check_stored(sealed(format::log_entry, contents), &decode_log_entry);
  check_stored(sealed(format::snapshot, contents), &decode_snapshot);
  check_stored(sealed(format::parted_snapshot, contents), &decode_parted_snapshot);
  check_stored(sealed(format::barrier, contents), &decode_barrier);
  check_stored(sealed(format::identity, contents), &decode_identity);
  return 0;
}
