// SPDX-License-Identifier: Apache-2.0
// Presence: the list of a room's members that clients see (docs/rooms.md, "Presence"). Pure.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/room/presence/notification.hpp"
#include "actors/room/presence/presence_set.hpp"
#include "cluster/envelope.hpp"
#include "config/base/clock.hpp"
#include "config/schema/settings.hpp"

namespace roost::actors {

/// The presence of one room: its members, and the changes that were not sent to clients yet.
/// Owns: one meta for each member. Runs on: the caller's thread (always the same one).
/// Ends: with its room.
///
/// Changes are coalesced: flush() gives all joins, leaves and updates of a window as one
/// presence_diff. A member that came and left within a window is in no diff, unless a page has
/// shown it. Above full_max members clients get only counts, at most one each second; when the
/// number falls to half of full_max, every member gets a new presence_state. Nothing is sent when
/// no member is left.
///
/// Mode off keeps only the number of members, so leave() must be called only for a member.
class presence {
 public:
  /// Maximum payload of a diff; a larger diff is split.
  static constexpr std::size_t diff_bytes_max = 65'536;
  /// Maximum size of a state that is broadcast; each member gets a larger one in pages.
  static constexpr std::size_t state_bytes_max = 262'144;
  static constexpr milliseconds count_every{1'000};

  explicit presence(const room_rule::presence_settings& rule);

  /// Replaces bounds and windows; the mode stays.
  void use(const room_rule::presence_settings& rule) { rule_ = rule; }
  /// `meta`: text of a JSON object, empty for {}. `ref`: see cluster::phx_ref_of(). Replaces the
  /// entry of a present member.
  void join(const cluster::member_id& member, std::string_view key, std::string_view meta,
            std::uint64_t ref, time_point now);
  void leave(const cluster::member_id& member, time_point now);
  /// Replaces a member's meta: a diff with a leave and a join that has phx_ref_prev. False: the
  /// member is not present.
  bool update(const cluster::member_id& member, std::string_view meta, std::uint64_t ref,
              time_point now);
  /// Removes all members without a notification (the room crashed).
  void clear();
  /// Drops the pending changes, because all clients get the pages again.
  void forget_changes();

  /// The next page for one member (which is itself listed) from the cursor `at` on; advances `at`.
  /// The first page is a presence_state. Later pages are presence_diff joins, because a client
  /// removes every member that a second state lacks. While counts are given: one presence_count.
  /// Mode off: nothing. A page exceeds `bytes_max` only if it shows a single member. A client that
  /// gets all pages and all diffs since the first page has the complete list: the order of members
  /// does not change, and later members are in a diff.
  std::vector<notification> page(cluster::side_state_cursor& at, std::size_t bytes_max);
  /// Upper bound of the size of all pages together.
  std::size_t state_bytes() const;
  /// All members as one text, for the API; none if only counts are given.
  std::optional<notification> listed() const;
  /// The notifications for all members that are due now; empty: none. A notification without a name
  /// means that each member must get the pages again.
  std::vector<notification> flush(time_point now);
  /// When flush() will have notifications; none: no change is pending.
  std::optional<time_point> next_due() const;
  std::size_t members() const;
  /// Memory held, in bytes.
  std::size_t bytes() const;
  /// Approximate memory of one member with this key and meta.
  std::size_t bytes_of(std::string_view key, std::string_view meta) const;

 private:
  enum class mode : std::uint8_t { full, count, off };
  /// The kind of the next flush(): a diff, a count, or a whole state (the first one after counts).
  enum class flush_mode : std::uint8_t { diffs, counts, whole };
  /// A meta that clients know, of a member that has left or changed it.
  struct departure {
    std::string text;
    std::uint32_t key_bytes = 0;
    cluster::member_id member;
    std::uint64_t ref = 0;
  };

  bool was_shown(const presence_entry& entry) const {
    return !entry.is_unannounced || pages_made_ > entry.pages_before;
  }
  void write(presence_entry& entry, node_id node, std::string_view meta, std::uint64_t ref,
             std::uint64_t ref_before);
  void retire(const cluster::member_id& member, const presence_entry& entry);
  bool is_back(const departure& one);
  void drop_window();
  void changed(time_point now);
  void choose_flush_mode(time_point now);
  time_point due_from(time_point now) const;
  notification count_notification() const;
  std::vector<notification> whole_state();
  std::vector<notification> diff();

  room_rule::presence_settings rule_;
  mode mode_ = mode::full;
  flush_mode flush_mode_ = flush_mode::diffs;
  std::uint64_t pages_made_ = 0;
  presence_set entries_;                                                // mode full
  boost::unordered_flat_set<cluster::member_id, member_hash> counted_;  // mode count
  std::size_t member_count_ = 0;                                        // mode off
  // The window: members with a new meta (some may have left or be listed twice), and departures.
  std::vector<cluster::member_id> unannounced_;
  std::vector<departure> gone_;
  std::size_t gone_bytes_ = 0;  // memory of the departures' texts
  std::optional<time_point> due_;
  std::optional<time_point> counted_at_;
};

}  // namespace roost::actors
