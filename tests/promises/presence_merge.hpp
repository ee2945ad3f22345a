// What phoenix.js' Presence makes of presence_state and presence_diff (assets/js/phoenix/
// presence.js): the promise to members is that this ends up right.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

namespace roost::promises {

/// Owns: its view of who is there. Runs on: one thread. Ends: with its client.
class presence_merge {
 public:
  using json = nlohmann::json;
  /// The channel was joined anew: diffs wait for the next state.
  void joined() { awaits_state_ = true; }
  void state(const json& payload);
  void diff(const json& payload);
  bool has_state() const { return !awaits_state_; }
  /// By key: an object with its metas.
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
