// SPDX-License-Identifier: Apache-2.0
// The bytes of an export: everything that a store holds, in one portable file. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "cluster/log/store_result.hpp"
#include "cluster/shard.hpp"
#include "cluster/wire/byte_writer.hpp"
#include "cluster/wire/wire_format.hpp"
#include "config/base/bytes.hpp"
#include "config/base/siphash.hpp"

namespace roost::cluster {

/// The parts of an export, in this order: a store; for each shard from 0 on its shard, the messages
/// of its log, its snapshots in the order of their keys; an end.
namespace export_parts {

struct store {
  sequence last_snapshot;  ///< the greatest sequence that any snapshot ever had
  sequence at;             ///< of the identity among the snapshots
  slice identity;          ///< a store_identity in its wire form
};
/// A shard. `first` is last + 1 if its log holds no message.
struct shard {
  shard_id id;
  sequence first;
  sequence last;
};
/// A message of a log: a log_entry in its wire form.
struct log_message {
  sequence at;
  slice data;
};
/// A room_snapshot or shard_barrier in its wire form.
struct snapshot {
  std::string key;
  sequence at;
  slice data;
};
struct end {
  std::uint64_t log_messages = 0;
  std::uint64_t snapshots = 0;  ///< without the identity
};

}  // namespace export_parts

using export_part =
    std::variant<export_parts::store, export_parts::shard, export_parts::log_message,
                 export_parts::snapshot, export_parts::end>;

/// The first line of an export is this text, the version, and a line feed.
inline constexpr std::string_view export_title = "roost store export ";
/// A reader refuses a greater version.
inline constexpr unsigned export_version = 1;
/// Bound of one part with its message, which the store bounds by 8 MiB.
inline constexpr std::size_t export_part_bytes_max = (8U << 20U) + 1024;
/// Bound of a part with a snapshot, which a store may keep in parts of its own.
inline constexpr std::size_t export_snapshot_bytes_max = wire::snapshot_bytes_max + 1024;

/// The checksums of an export: each depends on all bytes before it, so that a part that is missing,
/// duplicated or moved is detected as well. Owns: nothing. Runs on: one thread. Ends: any time.
class export_checksum {
 public:
  /// `part`: from its kind to the end of its contents. Returns the checksum that follows it.
  std::uint64_t next(std::string_view part) {
    last_ = siphash<1, 3>::of({last_, ++parts_}, part);
    return last_;
  }

 private:
  std::uint64_t last_ = 0x726f6f7374;  // part of the format
  std::uint64_t parts_ = 0;
};

/// Writes an export. Owns: nothing. Runs on: one thread. Ends: after the end part.
class export_encoder {
 public:
  /// Appends the first line; before all parts.
  static void begin(wire::byte_writer& out);
  void add(const export_part& part, wire::byte_writer& out);

 private:
  export_checksum checksum_;
};

/// Reads an export as its bytes come. It checks bytes and checksums; export_rules checks the order
/// and contents of the parts.
/// Owns: the bytes of one part and of the last take(). Runs on: one thread. Ends: any time.
class export_decoder {
 public:
  void take(std::string_view bytes);
  /// The next part. None: more bytes are needed, the end was read, or there is a problem.
  std::optional<export_part> next();
  /// Empty: none so far. It continues a sentence about the export.
  const std::string& problem() const { return problem_; }
  /// Whether the export is whole if no bytes follow. Else problem() says why not.
  bool end();

 private:
  bool read_title();
  bool refuse(std::string why);
  std::optional<export_part> read_part(std::size_t size);
  std::string_view rest() const { return std::string_view{buffer_}.substr(at_); }
  void skip(std::size_t bytes);

  std::string buffer_;
  std::size_t at_ = 0;            // in the buffer
  std::uint64_t bytes_read_ = 0;  // of the export
  bool has_title_ = false;
  bool has_ended_ = false;
  export_checksum checksum_;
  std::string problem_;
};

}  // namespace roost::cluster
