// SPDX-License-Identifier: Apache-2.0
// Checks that joins never take a room above its members_max.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/promises/member_view.hpp"

namespace roost::sim {

/// A channel counts for a join if it was live from before the request of the join until after its
/// reply: an acknowledged push proves that the owner counted its member then. Only for worlds in
/// which no owner can take a living node for gone, because members that attach again may exceed the
/// limit. Owns: the channels of one room. Runs on: the simulation's thread. Ends: with it.
class member_limit {
 public:
  /// `members_max`: 0: no limit.
  member_limit(std::string topic, std::size_t members_max, promises::findings& found)
      : topic_(std::move(topic)), members_max_(members_max), found_(found) {}
  /// Call after a client has received a frame.
  void look(const promises::member_view& view, time_point now);
  /// Call at rest: every live channel is a member.
  void check_rest(const promises::member_view& view, time_point now);

 private:
  struct channel {
    int client = 0;
    std::string join_ref;
    time_point asked;
    time_point accepted;
    time_point proven_until;
  };
  channel* find(const promises::member_view& view);
  void prove(channel& one, time_point until);
  void check(const channel& join) const;

  std::string topic_;
  std::size_t members_max_;
  promises::findings& found_;
  std::vector<channel> channels_;  // also those that have ended
};

}  // namespace roost::sim
