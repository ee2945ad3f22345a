// SPDX-License-Identifier: Apache-2.0
// Encodes and decodes the messages of the log store and the snapshot store. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "cluster/log/log_record.hpp"
#include "cluster/log/room_snapshot.hpp"
#include "cluster/log/shard_barrier.hpp"
#include "cluster/log/snapshot_parts.hpp"
#include "cluster/log/store_identity.hpp"
#include "cluster/wire/byte_writer.hpp"
#include "cluster/wire/wire_format.hpp"

namespace roost::cluster::wire {

/// Appends a message with a checksum of 32 bits. False: it is larger than log_entry_bytes_max,
/// snapshot_bytes_max or parted_snapshot_bytes_max, and nothing is appended; barriers and
/// identities never are. Any thread.
bool encode(const log_entry& entry, byte_writer& out);
bool encode(const room_snapshot& snapshot, byte_writer& out);
bool encode(const parted_snapshot& message, byte_writer& out);
bool encode(const shard_barrier& barrier, byte_writer& out);
bool encode(const store_identity& identity, byte_writer& out);

/// Decodes a whole stored message; damage is `malformed`. Small payloads of large inputs are
/// copied, all others share the input. Any thread.
decoded<log_entry> decode_log_entry(slice input);
decoded<room_snapshot> decode_snapshot(slice input);
decoded<parted_snapshot> decode_parted_snapshot(slice input);
/// Decodes the fields up to the epochs from the beginning of a stored snapshot, which may be in
/// parts, and of which the rest may be missing. The checksum is not checked.
decoded<room_snapshot> decode_snapshot_beginning(const slice& input);
decoded<shard_barrier> decode_barrier(slice input);
decoded<store_identity> decode_identity(slice input);

/// The checksum of a stored message's contents.
std::uint32_t checksum_of(std::string_view contents);

}  // namespace roost::cluster::wire
