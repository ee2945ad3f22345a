// Which members of a loop are given a page of what they missed, and when. Pure but for sessions.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "actors/messages.hpp"
#include "actors/room/page_queue.hpp"
#include "actors/room/roster.hpp"
#include "net/transport/session.hpp"

namespace roost::actors {

/// Keeps what waits for a client within its outbox's bound, over all its channels: of a page that
/// finds no room only its place is kept, and the edge is asked for it when there is room.
/// Owns: a queue of channels for each connection that waits. Runs on: its loop. Ends: with its
/// fan-out.
class page_dispatcher {
 public:
  using ask_edge = std::function<void(const page_wanted&)>;
  /// The largest page of an outbox with this bound; half of it takes two.
  static constexpr std::size_t page_bytes(std::size_t outbox_bytes_max) {
    constexpr std::size_t most = 262'144;
    return outbox_bytes_max / 4 < most ? outbox_bytes_max / 4 : most;
  }
  /// Notices fill so much of it, pages half: the rest is for ordered events, which may end a
  /// client.
  static constexpr std::size_t notice_bytes(std::size_t outbox_bytes_max) {
    return outbox_bytes_max / 4 * 3;
  }

  explicit page_dispatcher(ask_edge ask) : ask_(std::move(ask)) {}

  /// The page of this direct goes into the outbox if there is room for all of it, else it is asked
  /// for again. `members`: of its topic, where the member is attached.
  void take(net::session& link, std::uint64_t roster_id, const direct& given, roster& members,
            std::size_t outbox_bytes_max);
  /// This member has not been told of a change of the side state: it is given all of it anew.
  void restart(net::session& link, std::uint64_t roster_id, channel_serial serial,
               std::size_t outbox_bytes_max);
  /// The channel has ended: the page that it was to be given makes way for those of others.
  void ended(net::session& link, std::uint64_t roster_id, channel_serial serial,
             std::size_t outbox_bytes_max);
  /// Its outbox has drained.
  void writable(net::session& link, std::size_t outbox_bytes_max);
  void drop(connection_id who) { queues_.erase(who.value); }
  void clear() { queues_.clear(); }
  /// Connections with a channel that waits.
  std::size_t size() const { return queues_.size(); }

 private:
  void forget(connection_id who, std::uint64_t roster_id, channel_serial serial);
  void ask_next(net::session& link, page_queue& queue, std::size_t outbox_bytes_max);

  ask_edge ask_;
  boost::unordered_flat_map<std::uint64_t, page_queue> queues_;  // by connection id
};

}  // namespace roost::actors
