// Who is in a room, as its members are told (phoenix-protocol.md section 7). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cluster/envelope.hpp"
#include "config/base/clock.hpp"
#include "config/settings.hpp"

namespace roost::actors {

/// Name and payload of what members are told: presence_state, presence_diff, presence_count.
using notice = std::pair<std::string, cluster::body>;

/// Owns: one meta a member. Runs on: whoever calls it (one thread). Ends: with its room.
///
/// Joins, leaves and updates are gathered and given out by flush(), at most once a window, as one
/// presence_diff; a member that came and went within a window is in none, unless somebody was given
/// a state that shows it. Above full_max members only counts are given, at most once a second; at
/// half of it everybody gets a new presence_state.
class presence {
 public:
  /// A payload is split so that none is larger.
  static constexpr std::size_t page_bytes_max = 262'144;
  static constexpr milliseconds count_every{1'000};

  /// `node` makes phx_ref unique over owners.
  presence(const room_rule::presence_settings& rule, std::uint64_t node);

  /// `meta`: text of a JSON object, empty for {}. A member that is in already is replaced.
  void join(const cluster::member_id& who, std::string_view key, std::string_view meta,
            time_point now);
  void leave(const cluster::member_id& who, time_point now);
  /// One diff with join (phx_ref_prev) and leave. False: it is not in.
  bool update(const cluster::member_id& who, std::string_view meta, time_point now);
  /// Everybody is gone and nobody is told (the room crashed).
  void clear();

  /// For one that has just joined, itself included: presence_state, and where it is large the rest
  /// as presence_diff joins; presence_count in counts; nothing where the mode is off.
  std::vector<notice> state();
  /// What is due now for every member; empty: nothing.
  std::vector<notice> flush(time_point now);
  /// When flush() has something to say; none: nothing waits.
  std::optional<time_point> next_due() const;
  std::size_t members() const;

 private:
  struct parts;  // (the implementer chooses)
};

}  // namespace roost::actors
