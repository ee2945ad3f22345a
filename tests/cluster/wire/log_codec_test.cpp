// SPDX-License-Identifier: Apache-2.0
#include "cluster/wire/log_codec.hpp"

#include <string>

#include "cluster/wire/field_writer.hpp"
#include "cluster/wire/log_fields.hpp"
#include "cluster/wire/message_header.hpp"
#include "tests/cluster/wire/encoded.hpp"

namespace roost::cluster::wire {
namespace {

/// Corrects the length and the checksum of a stored message whose contents were changed.
std::string sealed(std::string bytes) {
  const auto put = [&](std::size_t at, std::uint64_t value) {
    for (std::size_t i = 0; i < 4; ++i, value >>= 8U) bytes[at + i] = static_cast<char>(value);
  };
  put(2, bytes.size() - header_bytes);
  put(header_bytes, checksum_of(std::string_view{bytes}.substr(header_bytes + 4)));
  return bytes;
}

/// A batch of a record without a body and one with a body.
log_entry two_records() {
  filler values;
  auto out = entry_with<records::removed>(values);
  std::get<log_entries::batch>(out.body).records.push_back(
      values.of<records::ordered, log_record>());
  return out;
}

/// The message of a newer version that adds a tail to the first of two records, and changes its
/// kind unless that is 0.
std::string with_tail(const log_entry& two, const std::string& tail, char kind = 0) {
  const auto bytes = encoded(two);
  const auto& records = std::get<log_entries::batch>(two.body).records;
  byte_writer first;
  field_writer{first}(records[0]);
  byte_writer second;
  field_writer{second}(records[1]);
  const auto end = bytes.size() - second.size();
  first.overwrite(0, static_cast<std::uint32_t>(first.size() - 4 + tail.size()));
  std::string newer{first.view()};
  if (kind != 0) newer.back() = kind;
  return sealed(bytes.substr(0, end - first.size()) + newer + tail + bytes.substr(end));
}

template <class Message>
void check_round_trip(const Message& message) {
  const auto got = decode_as<Message>(slice_of(encoded(message)));
  REQUIRE(got);
  REQUIRE(same(got.value, message));
}

TEST_CASE(
    "every field of random log entries, snapshots, barriers and identities survives the wire") {
  filler values{5};
  for (int i = 0; i < 2'000; ++i) {
    check_round_trip(values.any<log_entry>());
    check_round_trip(values.of<room_snapshot>());
    check_round_trip(parted_with(values));
    check_round_trip(values.of<shard_barrier>());
    check_round_trip(values.of<store_identity>());
  }
}

TEST_CASE("a stored message with any flipped bit is refused") {
  filler values{6};
  for (int i = 0; i < 20; ++i) {
    const auto bytes = encoded(values.any<log_entry>());
    for (std::size_t bit = 0; bit < 8 * bytes.size(); bit += 1 + bytes.size() / 100) {
      auto flipped = bytes;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      REQUIRE_FALSE(decode_log_entry(slice_of(flipped)));
    }
  }
}

TEST_CASE("a stored message with bytes behind its end is malformed") {
  const auto entry = encoded(filler().of<log_entries::marker, log_entry>());
  CHECK(decode_log_entry(slice_of(entry + "x")).why == wire_error::malformed);
  const auto snapshot = encoded(filler().of<room_snapshot>());
  CHECK(decode_snapshot(slice_of(snapshot + "x")).why == wire_error::malformed);
  CHECK(decode_snapshot(slice_of(entry)).why == wire_error::foreign);
  CHECK(decode_log_entry(slice_of(snapshot)).why == wire_error::foreign);
}

TEST_CASE("a record of an unknown kind is encoded again as it came") {
  const auto newer = with_tail(two_records(), "body of a new kind", '\x4d');
  const auto got = decode_log_entry(slice_of(newer));
  REQUIRE(got);
  const auto& records = std::get<log_entries::batch>(got.value.body).records;
  REQUIRE(records.size() == 2);
  const auto& unknown = std::get<records::unknown>(records[0].body);
  CHECK(unknown.kind == 0x4d);
  CHECK(unknown.data.view() == "body of a new kind");
  CHECK(encoded(got.value) == newer);
}

TEST_CASE("fields that a newer version added at the end of a record are ignored") {
  const auto sent = two_records();
  const auto got = decode_log_entry(slice_of(with_tail(sent, "new fields")));
  REQUIRE(got);
  CHECK(same(got.value, sent));
}

TEST_CASE("fields that a newer version added at the end of a snapshot are ignored") {
  const auto sent = filler().of<room_snapshot>();
  const auto got = decode_snapshot(slice_of(sealed(encoded(sent) + "new fields")));
  REQUIRE(got);
  CHECK(same(got.value, sent));
}

TEST_CASE("a room's message that names parts is refused if it is damaged or none") {
  filler values;
  const auto sent = encoded(parted_with(values));
  const auto why = [](const std::string& bytes) {
    return decode_parted_snapshot(slice_of(bytes)).why;
  };
  for (std::size_t size = 0; size < sent.size(); ++size) {
    CHECK(why(sent.substr(0, size)) == wire_error::truncated);
  }
  CHECK(why(encoded(filler().of<room_snapshot>())) == wire_error::foreign);
  CHECK(decode_snapshot(slice_of(sent)).why == wire_error::foreign);
  for (std::size_t bit = 0; bit < 8 * sent.size(); ++bit) {
    auto flipped = sent;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    CHECK(why(flipped) != wire_error::none);
  }
}

TEST_CASE("a room's message that names no parts or too many is malformed") {
  filler values;
  auto message = parted_with(values);
  message.parts.sizes.assign(snapshot_parts_max, 1);
  CHECK(decode_parted_snapshot(slice_of(encoded(message))));
  message.parts.sizes.push_back(1);
  CHECK(decode_parted_snapshot(slice_of(encoded(message))).why == wire_error::malformed);
  message.parts.sizes.clear();
  CHECK(decode_parted_snapshot(slice_of(encoded(message))).why == wire_error::malformed);
}

TEST_CASE("the beginning of a snapshot is read from one message and from one that names parts") {
  filler values;
  const auto whole = values.of<room_snapshot>();
  const auto parted = message_of(whole, values.of<snapshot_parts>());
  for (const auto& bytes : {encoded(whole), encoded(parted)}) {
    const auto got = decode_snapshot_beginning(slice_of(bytes));
    REQUIRE(got);
    CHECK(same(got.value, parted.beginning));
  }
  const auto barrier = encoded(filler().of<shard_barrier>());
  CHECK(decode_snapshot_beginning(slice_of(barrier)).why == wire_error::foreign);
}

TEST_CASE("an identity of the time before it named its cluster is read without a name") {
  const store_identity sent{1, 4, {5, 6}, "c"};
  const auto bytes = encoded(sent);
  const auto older = sealed(bytes.substr(0, bytes.size() - 2));  // the text and its length
  const auto got = decode_identity(slice_of(older));
  REQUIRE(got);
  CHECK(got.value.key == sent.key);
  CHECK(got.value.cluster.empty());
  const auto cut = sealed(bytes.substr(0, bytes.size() - 1));
  CHECK(decode_identity(slice_of(cut)).why == wire_error::malformed);
}

TEST_CASE("a log entry of an unknown kind is future") {
  auto bytes = encoded(filler().of<log_entries::release, log_entry>());
  bytes[bytes.size() - 9] = '\x09';  // the kind, in front of the node
  CHECK(decode_log_entry(slice_of(sealed(bytes))).why == wire_error::future);
}

TEST_CASE("a log entry above its bound is neither encoded nor decoded") {
  auto large = two_records();
  auto& record = std::get<log_entries::batch>(large.body).records[1];
  record.body = records::ordered{.name = "msg",
                                 .payload = json_payload(std::string(log_entry_bytes_max, ' ')),
                                 .user = "",
                                 .idempotency_key = "",
                                 .on = {}};
  byte_writer out;
  CHECK_FALSE(encode(large, out));
  CHECK(out.size() == 0);
  auto bytes = encoded(two_records());
  bytes[4] = '\x7f';  // the third byte of the length
  CHECK(decode_log_entry(slice_of(bytes)).why == wire_error::oversized);
}

}  // namespace
}  // namespace roost::cluster::wire
