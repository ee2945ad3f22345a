// What a client makes of presence notices: the rules of phoenix.js' Presence, word by word.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "actors/room/notice.hpp"
#include "actors/room/presence.hpp"

namespace roost::actors {

/// Parses a payload and fails the test where an object has one name twice, as clients then lose
/// what stands under the first.
nlohmann::json parse_unique(std::string_view text);

/// All pages for one that has just joined, and where they end.
std::vector<notice> all_pages(presence& from, std::size_t bytes_max = presence::state_bytes_max);

/// Owns: what it was told. Runs on: a test's thread. Ends: with the test.
class presence_client {
 public:
  using meta_list = std::vector<nlohmann::json>;
  using people = std::map<std::string, meta_list>;

  void hear(const std::vector<notice>& told);
  bool has_state() const { return has_state_; }
  const people& state() const { return state_; }
  std::optional<std::size_t> count() const { return count_; }
  /// What it knows, as text without refs: for each key its metas in order of their text.
  std::map<std::string, std::vector<std::string>> seen() const;

 private:
  void sync_state(const people& told);
  void sync_diff(const people& joins, const people& leaves);

  people state_;
  bool has_state_ = false;
  std::vector<std::pair<people, people>> pending_;
  std::optional<std::size_t> count_;
};

}  // namespace roost::actors
