// SPDX-License-Identifier: Apache-2.0
// The channels of one connection that wait for catch-up pages. Pure.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <list>

#include "actors/messages/channel_serial.hpp"
#include "actors/messages/fan_out_batch.hpp"

namespace roost::actors {

/// A round-robin queue of the channels that catch up. Each call takes constant time.
/// Owns: the position of each channel, no messages. Runs on: its connection's loop.
/// Ends: when every channel has caught up.
class page_queue {
 public:
  /// Maximum number of pages requested from edges at once.
  static constexpr std::size_t requested_max = 2;

  struct entry {
    std::uint64_t edge_incarnation = 0;
    channel_serial serial = 0;
    catch_up_progress from;
    std::size_t bytes_needed = 0;  ///< size of a page that did not fit; 0: not known
    bool is_requested = false;     ///< its page is requested from the edge
    bool restarts = false;  ///< the requested page is out of date: begin the side state again
  };

  /// Null if this channel waits for no page.
  entry* find(std::uint64_t edge);
  /// Adds a channel that is not in the queue yet, at the end.
  entry& add(std::uint64_t edge, channel_serial serial, const catch_up_progress& from);
  void remove(std::uint64_t edge);
  /// The front of the queue; null: it is empty, or requested_max pages are requested.
  entry* next();
  /// The page of this channel was requested from the edge.
  void mark_requested(entry& channel);
  /// The page of this channel has arrived: requeues the channel at the end, or at the front if the
  /// page did not fit.
  void page_arrived(entry& channel, bool did_fit);

  std::size_t requested() const { return requested_.size(); }
  bool empty() const { return by_edge_.empty(); }

 private:
  using entries = std::list<entry>;
  entries waiting_;  // the front is requested next
  entries requested_;
  boost::unordered_flat_map<std::uint64_t, entries::iterator> by_edge_;
};

}  // namespace roost::actors
