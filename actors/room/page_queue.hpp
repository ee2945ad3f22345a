// The channels of one connection that are still to be given pages. Pure.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <list>

#include "actors/messages.hpp"

namespace roost::actors {

/// Owns: for each channel where it goes on, and no frame. Runs on: its connection's loop.
/// Ends: when every channel has all that it was to be given. Each call costs constant work.
class page_queue {
 public:
  /// Pages that may be on their way from edges at once.
  static constexpr std::size_t asked_max = 2;

  struct entry {
    std::uint64_t roster = 0;
    channel_serial serial = 0;
    catch_up_place from;
    std::size_t bytes_needed = 0;  ///< of a page that found no room; 0: not known
    bool is_asked = false;
    bool restarts = false;  ///< the page that was asked for is out of date: from the start again
  };

  /// Null where this channel waits for nothing.
  entry* find(std::uint64_t roster);
  /// One that does not wait yet; the last in turn.
  entry& add(std::uint64_t roster, channel_serial serial, const catch_up_place& from);
  void remove(std::uint64_t roster);
  /// The next in turn; null: none, or enough are asked for.
  entry* next();
  /// Its page is on its way.
  void asked(entry& which);
  /// Its page has come: it takes its turn again, at the end or, where the page found no room,
  /// first.
  void came(entry& which, bool had_room);

  std::size_t on_their_way() const { return asked_.size(); }
  bool empty() const { return by_roster_.empty(); }

 private:
  using entries = std::list<entry>;
  entries waiting_;  // in turn
  entries asked_;
  boost::unordered_flat_map<std::uint64_t, entries::iterator> by_roster_;
};

}  // namespace roost::actors
