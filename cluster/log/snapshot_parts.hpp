// SPDX-License-Identifier: Apache-2.0
// The parts of a snapshot that is larger than a message of its store. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/log/room_snapshot.hpp"
#include "cluster/log/store_result.hpp"
#include "config/base/bytes.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster {

/// Parts of one snapshot. The read of a room returns all of its parts at once, and a direct get of
/// JetStream returns at most so many messages. At NATS's default of 1 MB a message they hold 1 GB,
/// the bound of a snapshot (wire_format.hpp).
inline constexpr std::size_t snapshot_parts_max = 1'024;

/// The beginning of the names of all parts of one snapshot, and of no other snapshot's.
struct part_names {
  std::uint64_t ownership = 0;  ///< of the owner that stored them
  std::uint64_t number = 0;     ///< counts the snapshots that it began to store in parts
  friend bool operator==(const part_names&, const part_names&) = default;
};

/// A part by its key.
struct part_place {
  roost::topic topic;
  part_names names;
  std::size_t index = 0;
};

/// The description of the parts in a room's message.
struct snapshot_parts {
  part_names names;
  sequence first;                    ///< no part has a smaller sequence
  std::vector<std::uint32_t> sizes;  ///< of the parts in order, in bytes
  std::uint64_t checksum = 0;        ///< of the whole
  std::size_t bytes() const;         ///< of the whole
};

/// A room's message whose snapshot is in parts.
struct parted_snapshot {
  room_snapshot beginning;  ///< what a listing shows: up to the epochs
  snapshot_parts parts;
};

/// The message that names these parts of a snapshot.
parted_snapshot message_of(const room_snapshot& whole, snapshot_parts parts);
/// The key of a part: the room's key, `.`, and the part's name.
std::string part_key(const topic& topic, const part_names& names, std::size_t index);
/// A room's key has no such character.
inline bool is_part_key(std::string_view key) { return key.find('.') != std::string_view::npos; }
/// The part with this key; none: no part has it.
std::optional<part_place> part_of_key(std::string_view key);
/// The places at which an encoded snapshot is cut; `names` and `first` are not set. None: it has
/// more than snapshot_parts_max parts.
std::optional<snapshot_parts> parts_of(const slice& whole, std::size_t part_bytes_max);
/// One of the parts, which shares the bytes of the whole.
slice cut_part(const slice& whole, const snapshot_parts& parts, std::size_t index);
/// The whole. None: the parts are not those that the room's message names.
std::optional<slice> join_parts(const snapshot_parts& parts, const std::vector<slice>& all);

}  // namespace roost::cluster
