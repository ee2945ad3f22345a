// SPDX-License-Identifier: Apache-2.0
// Merges presence_state and presence_diff as phoenix.js does (assets/js/phoenix/presence.js).
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

namespace roost::promises {

/// The presence promise says that this merged state ends up correct. Owns: that state. Runs on: one
/// thread. Ends: with its client.
class presence_merge {
 public:
  using json = nlohmann::json;
  /// After a new join: diffs are queued until the next presence_state.
  void joined() { awaits_state_ = true; }
  void state(const json& payload);
  void diff(const json& payload);
  bool has_state() const { return !awaits_state_; }
  /// The merged state: for each key an object with its metas.
  const json& all() const { return state_; }
  /// Every meta of every key.
  std::vector<json> metas() const;

 private:
  void sync(const json& joins, const json& leaves);

  json state_ = json::object();
  std::vector<json> waiting_;
  bool awaits_state_ = true;
};

}  // namespace roost::promises
