// Who is in a room, as its members are told (docs/rooms.md, "Presence"). Pure.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/room/attendance.hpp"
#include "actors/room/notice.hpp"
#include "cluster/envelope.hpp"
#include "config/base/clock.hpp"
#include "config/settings.hpp"

namespace roost::actors {

/// Owns: one meta a member. Runs on: whoever calls it (one thread). Ends: with its room.
///
/// Joins, leaves and updates are gathered and given out by flush(), at most once a window, as one
/// presence_diff; a member that came and went within a window is in none, unless somebody was given
/// a state that shows it. Above full_max members only counts are given, at most once a second; at
/// half of it everybody gets a new presence_state. Where nobody is left nobody is told.
///
/// In mode off only the number of members is kept: then each leave must be that of a member.
class presence {
 public:
  /// A diff is split so that no payload is larger.
  static constexpr std::size_t diff_bytes_max = 65'536;
  /// A state that is told to everybody at once is no larger.
  static constexpr std::size_t state_bytes_max = 262'144;
  static constexpr milliseconds count_every{1'000};

  /// `node` makes phx_ref unique over owners.
  presence(const room_rule::presence_settings& rule, std::uint64_t node);

  /// Other bounds and windows; the mode stays.
  void use(const room_rule::presence_settings& rule) { rule_ = rule; }
  /// `meta`: text of a JSON object, empty for {}. A member that is in already is replaced.
  void join(const cluster::member_id& who, std::string_view key, std::string_view meta,
            time_point now);
  void leave(const cluster::member_id& who, time_point now);
  /// One diff with join (phx_ref_prev) and leave. False: it is not in.
  bool update(const cluster::member_id& who, std::string_view meta, time_point now);
  /// Everybody is gone and nobody is told (the room crashed).
  void clear();

  /// For one member, itself included, what comes after `at`, which is moved on: presence_state, and
  /// after that the rest as presence_diff joins, as clients read a second state as leaves;
  /// presence_count in counts; nothing where the mode is off. A page may be larger where it shows
  /// one member only. Who is given all pages, and all diffs from the first page on, knows the
  /// truth: places do not change, and who came later stands in a diff.
  std::vector<notice> page(cluster::side_state_cursor& at, std::size_t bytes_max);
  /// How large all pages are together, at most.
  std::size_t state_bytes() const;
  /// Everybody in one text, for the API; none where only numbers are given.
  std::optional<notice> listed() const;
  /// What is due now for every member; empty: nothing. Without a name: each is to be given its
  /// pages anew.
  std::vector<notice> flush(time_point now);
  /// When flush() has something to say; none: nothing waits.
  std::optional<time_point> next_due() const;
  std::size_t members() const;
  /// The memory of what is kept.
  std::size_t bytes() const;
  /// The same of one member with this key and meta, about.
  std::size_t bytes_of(std::string_view key, std::string_view meta) const;

 private:
  enum class mode : std::uint8_t { full, count, off };
  /// What flush() will give: changes, numbers, or everybody anew (numbers have just ended).
  enum class telling : std::uint8_t { diffs, counts, whole };
  /// Has left, and some members were told that it is here.
  struct departure {
    std::string text;
    std::uint32_t key_bytes = 0;
  };

  bool was_shown(const attendee& who) const { return !who.is_untold || states_ > who.born; }
  void write(attendee& who, std::string_view meta, std::uint64_t ref_before, time_point now);
  void retire(attendee& who);
  void drop_window();
  void changed(time_point now);
  void choose_telling(time_point now);
  time_point due_from(time_point now) const;
  notice count_notice() const;
  std::vector<notice> whole_state();
  std::vector<notice> diff();

  room_rule::presence_settings rule_;
  mode mode_ = mode::full;
  telling telling_ = telling::diffs;
  std::uint64_t node_;
  std::uint64_t last_ref_ = 0;
  std::uint64_t states_ = 0;                                            // pages that were given out
  attendance in_;                                                       // mode full
  boost::unordered_flat_set<cluster::member_id, member_hash> counted_;  // mode count
  std::size_t uncounted_ = 0;                                           // mode off
  // The window: who was given a new meta (may be gone by now, or be in it twice), and who left.
  std::vector<cluster::member_id> untold_;
  std::vector<departure> gone_;
  std::size_t gone_bytes_ = 0;  // of their texts
  std::optional<time_point> due_;
  std::optional<time_point> counted_at_;
};

}  // namespace roost::actors
