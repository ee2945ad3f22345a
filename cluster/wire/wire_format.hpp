// SPDX-License-Identifier: Apache-2.0
// The formats of the bytes that cross nodes or are stored, their version and their bounds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace roost::cluster::wire {

/// The first byte of a message. None is ASCII or the first byte of a character in UTF-8.
enum class format : std::uint8_t {
  command = 0x81,
  event = 0x82,
  log_entry = 0x83,
  snapshot = 0x84,
  heartbeat = 0x85,
  link_frame = 0x86,
  barrier = 0x87,
  identity = 0x88,
  attached = 0x89,
  parted_snapshot = 0x8A,
};
inline constexpr format newest_format = format::parted_snapshot;

/// The second byte. A reader refuses a greater version as `future`. Raise it only for a change that
/// older readers must not ignore. These need no new version: a field added at the end of a kind's
/// body or of a snapshot (older readers ignore the tail, newer ones find it missing), a new kind of
/// record (records::unknown), and a new kind of command (commands::unknown). A new format, or a new
/// kind of anything else, is `future` to older readers.
inline constexpr std::uint8_t version = 1;

/// Bounds of whole messages, in bytes. An envelope may have 8 MiB, the maximum that NATS
/// recommends. A batch has about 512 KiB of records: their sizes are estimated before they are
/// encoded. A snapshot contains the room's history, keys, receipts and state.
inline constexpr std::size_t envelope_bytes_max = 8U << 20U;
inline constexpr std::size_t batch_bytes_max = 512U << 10U;
inline constexpr std::size_t log_entry_bytes_max = batch_bytes_max + (64U << 10U);
inline constexpr std::size_t snapshot_bytes_max = 1U << 30U;
inline constexpr std::size_t parted_snapshot_bytes_max = 64U << 10U;
inline constexpr std::size_t heartbeat_bytes_max = 64U << 10U;
inline constexpr std::size_t link_frame_bytes_max = envelope_bytes_max + (64U << 10U);
inline constexpr std::size_t barrier_bytes_max = 4U << 10U;
inline constexpr std::size_t identity_bytes_max = 4U << 10U;
inline constexpr std::size_t attached_bytes_max = 64;

/// Why bytes were not decoded.
enum class wire_error : std::uint8_t {
  none,
  foreign,    ///< not the expected format
  truncated,  ///< it ends before its length
  future,     ///< of a newer version; its header shows no damage
  oversized,  ///< above the bound of its format
  malformed,  ///< a value that no version writes, or damaged
};

/// "foreign", "truncated", … for metrics and the log.
std::string_view name_of(wire_error why);

/// A decoded value, or why there is none.
template <class T>
struct [[nodiscard]] decoded {
  T value{};
  wire_error why = wire_error::none;
  explicit operator bool() const { return why == wire_error::none; }
};

}  // namespace roost::cluster::wire
