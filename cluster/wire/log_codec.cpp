// SPDX-License-Identifier: Apache-2.0
#include "cluster/wire/log_codec.hpp"

#include <utility>

#include "cluster/wire/decode_only.hpp"
#include "cluster/wire/field_reader.hpp"
#include "cluster/wire/field_writer.hpp"
#include "cluster/wire/log_fields.hpp"
#include "cluster/wire/message_header.hpp"
#include "config/base/siphash.hpp"

namespace roost::cluster::wire {

namespace {

constexpr std::size_t checksum_bytes = sizeof(std::uint32_t);

template <class Stored>
bool encode_as(format kind, const Stored& stored, std::size_t bytes_max, byte_writer& out) {
  const auto begin = begin_message(out, kind);
  const auto checksum_at = out.size();
  out.fixed(std::uint32_t{0});
  field_writer{out}(stored);
  out.overwrite(checksum_at, checksum_of(out.view().substr(checksum_at + checksum_bytes)));
  return end_message(out, begin, bytes_max);
}

template <class Stored>
decoded<Stored> decode_as(format kind, std::size_t bytes_max, slice input) {
  return decode_only<Stored>(std::move(input), kind, bytes_max, [](auto& reader, Stored& value) {
    std::uint32_t checksum = 0;
    reader.fixed(checksum);
    reader.require(checksum == checksum_of(reader.rest()));
    reader(value);
  });
}

}  // namespace

std::uint32_t checksum_of(std::string_view contents) {
  return static_cast<std::uint32_t>(siphash<1, 3>::of({}, contents));
}

bool encode(const log_entry& entry, byte_writer& out) {
  return encode_as(format::log_entry, entry, log_entry_bytes_max, out);
}

bool encode(const room_snapshot& snapshot, byte_writer& out) {
  return encode_as(format::snapshot, snapshot, snapshot_bytes_max, out);
}

bool encode(const parted_snapshot& message, byte_writer& out) {
  return encode_as(format::parted_snapshot, message, parted_snapshot_bytes_max, out);
}

bool encode(const shard_barrier& barrier, byte_writer& out) {
  return encode_as(format::barrier, barrier, barrier_bytes_max, out);
}

bool encode(const store_identity& identity, byte_writer& out) {
  return encode_as(format::identity, identity, identity_bytes_max, out);
}

decoded<log_entry> decode_log_entry(slice input) {
  return decode_as<log_entry>(format::log_entry, log_entry_bytes_max, std::move(input));
}

decoded<room_snapshot> decode_snapshot(slice input) {
  return decode_as<room_snapshot>(format::snapshot, snapshot_bytes_max, std::move(input));
}

decoded<parted_snapshot> decode_parted_snapshot(slice input) {
  return decode_as<parted_snapshot>(format::parted_snapshot, parted_snapshot_bytes_max,
                                    std::move(input));
}

decoded<room_snapshot> decode_snapshot_beginning(const slice& input) {
  const auto all = input.view();
  decoded<room_snapshot> out;
  out.why = wire_error::truncated;
  if (all.size() < header_bytes + checksum_bytes) return out;
  out.why = wire_error::foreign;
  const auto kind = static_cast<format>(static_cast<unsigned char>(all[0]));
  if (kind != format::snapshot && kind != format::parted_snapshot) return out;
  out.why = wire_error::future;
  if (static_cast<unsigned char>(all[1]) > version) return out;
  constexpr auto skipped = static_cast<std::uint32_t>(header_bytes + checksum_bytes);
  field_reader reader(slice{input.whole, input.begin + skipped, input.size - skipped});
  first_fields(reader, out.value);
  out.why = reader.why();
  return out;
}

decoded<shard_barrier> decode_barrier(slice input) {
  return decode_as<shard_barrier>(format::barrier, barrier_bytes_max, std::move(input));
}

decoded<store_identity> decode_identity(slice input) {
  return decode_as<store_identity>(format::identity, identity_bytes_max, std::move(input));
}

}  // namespace roost::cluster::wire
