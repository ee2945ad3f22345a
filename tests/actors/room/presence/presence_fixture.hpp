// SPDX-License-Identifier: Apache-2.0
// Helpers for testing presence: members, pages, and a client that merges presence notifications.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "actors/room/presence/notification.hpp"
#include "actors/room/presence/presence.hpp"
#include "tests/promises/presence_merge.hpp"

namespace roost::actors {

inline const time_point start{std::chrono::hours{1}};
inline time_point after_ms(int ms) { return start + milliseconds{ms}; }
inline cluster::member_id member(std::uint64_t n) { return {node_id{1}, connection_id{n}}; }

/// Parses a payload and fails the test if an object contains a name twice, because JSON parsers of
/// clients keep only the last value of a duplicate name.
nlohmann::json parse_unique(std::string_view text);

/// A ref that no other has.
inline std::uint64_t next_ref() {
  static std::uint64_t last = 0;
  return ++last;
}

/// All presence pages for a member that has just joined.
std::vector<notification> all_pages(presence& from,
                                    std::size_t bytes_max = presence::state_bytes_max);

/// A client that merges presence notifications. Owns: the merged state. Runs on: a test's thread.
/// Ends: with the test.
class presence_client {
 public:
  void hear(const std::vector<notification>& notifications);
  bool has_state() const { return merged_.has_state(); }
  /// The merged state: for each key an object with its metas.
  const nlohmann::json& state() const { return merged_.all(); }
  std::optional<std::size_t> count() const { return count_; }
  /// The merged state without refs: for each key its metas as JSON text, sorted.
  std::map<std::string, std::vector<std::string>> seen() const;

 private:
  promises::presence_merge merged_;
  std::optional<std::size_t> count_;
};

}  // namespace roost::actors
