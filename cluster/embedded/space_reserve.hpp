// SPDX-License-Identifier: Apache-2.0
// Space on the disk that an embedded store holds back for the end of it.
#pragma once

#include <cstdint>
#include <string>

namespace roost::cluster {

/// A file of a fixed size beside the store's file. When a write does not fit any more, the file is
/// emptied: then the records that rooms have applied already, and the marker of the next start,
/// still fit, while new pushes are refused.
/// Owns: the file. Runs on: one thread at a time. Ends: any time; the file stays.
class space_reserve {
 public:
  static constexpr std::int64_t bytes = 8 << 20;

  /// Opens or creates the file, and empties it.
  explicit space_reserve(const std::string& path);
  ~space_reserve();
  space_reserve(const space_reserve&) = delete;
  space_reserve& operator=(const space_reserve&) = delete;

  /// Takes the space, if there is enough. Returns whether it is held.
  bool hold();
  /// Returns false if none was held.
  bool release();
  bool is_held() const { return is_held_; }

 private:
  int file_;
  bool is_held_ = false;
};

}  // namespace roost::cluster
