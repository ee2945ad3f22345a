// SPDX-License-Identifier: Apache-2.0
// Encodes and decodes any kind of message, for the tests of the wire form.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "cluster/wire/envelope_codec.hpp"
#include "cluster/wire/log_codec.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/filled_envelope.hpp"
#include "tests/fixtures/same_envelope.hpp"

namespace roost::cluster::wire {

template <class Message>
std::string encoded(const Message& message) {
  byte_writer out;
  REQUIRE(encode(message, out));
  return std::string{out.view()};
}

inline slice slice_of(std::string_view text) { return slice::of(bytes_ptr::copy(text)); }

/// Decodes one message of the type of `Message`; it must end with the input.
template <class Message>
decoded<Message> decode_as(const slice& bytes);

template <>
inline decoded<log_entry> decode_as(const slice& bytes) {
  return decode_log_entry(bytes);
}
template <>
inline decoded<room_snapshot> decode_as(const slice& bytes) {
  return decode_snapshot(bytes);
}
template <>
inline decoded<parted_snapshot> decode_as(const slice& bytes) {
  return decode_parted_snapshot(bytes);
}
template <>
inline decoded<shard_barrier> decode_as(const slice& bytes) {
  return decode_barrier(bytes);
}
template <>
inline decoded<store_identity> decode_as(const slice& bytes) {
  return decode_identity(bytes);
}
template <>
inline decoded<command> decode_as(const slice& bytes) {
  auto rest = bytes;
  auto got = take_envelope(rest);
  if (!got) return {{}, got.why};
  REQUIRE(std::holds_alternative<command>(got.value));
  return {std::get<command>(std::move(got.value)), wire_error::none};
}
template <>
inline decoded<event> decode_as(const slice& bytes) {
  auto rest = bytes;
  auto got = take_envelope(rest);
  if (!got) return {{}, got.why};
  REQUIRE(std::holds_alternative<event_ptr>(got.value));
  return {*std::get<event_ptr>(got.value), wire_error::none};
}

/// A room's message that names at least one part.
inline parted_snapshot parted_with(filler& values) {
  auto parts = values.of<snapshot_parts>();
  if (parts.sizes.empty()) parts.sizes.push_back(1);
  return message_of(values.of<room_snapshot>(), std::move(parts));
}

/// A log entry with one record of this kind.
template <class Kind>
log_entry entry_with(filler values) {
  auto out = values.of<log_entries::release, log_entry>();
  auto& batch = out.body.emplace<log_entries::batch>();
  batch.records.push_back(values.of<Kind, log_record>());
  return out;
}

/// Random messages of all types, each passed to `check`.
template <class Check>
void for_random_messages(std::uint64_t seed, int count, const Check& check) {
  filler values{seed};
  for (int i = 0; i < count; ++i) {
    check(values.any<command>());
    check(values.any<event>());
    check(values.any<log_entry>());
    check(values.of<room_snapshot>());
    check(parted_with(values));
    check(values.of<shard_barrier>());
    check(values.of<store_identity>());
  }
}

}  // namespace roost::cluster::wire
