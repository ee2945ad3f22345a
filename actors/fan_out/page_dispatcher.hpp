// SPDX-License-Identifier: Apache-2.0
// Decides which members of a loop get a catch-up page, and when. Pure but for the sessions.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "actors/fan_out/page_queue.hpp"
#include "actors/fan_out/subscribers.hpp"
#include "actors/messages/channel_serial.hpp"
#include "actors/messages/fan_out_batch.hpp"
#include "net/transport/session.hpp"

namespace roost::actors {

/// Requests catch-up pages so that those of all channels of a client stay within its outbox. A page
/// that does not fit is dropped: only its position is kept, and the edge builds it again later.
/// Owns: a queue of channels for each connection that catches up. Runs on: its loop.
/// Ends: with its fan-out.
class page_dispatcher {
 public:
  using request_sender = std::function<void(const page_request&)>;
  /// Default size of a page for an outbox of this size: at most a quarter, so two pages fill half.
  static constexpr std::size_t page_bytes(std::size_t outbox_bytes_max) {
    constexpr std::size_t max = 262'144;
    return outbox_bytes_max / 4 < max ? outbox_bytes_max / 4 : max;
  }
  /// Notifications fill an outbox up to this level (pages: up to half). The rest stays free for
  /// ordered events, because the session is closed when one of them does not fit.
  static constexpr std::size_t notification_bytes(std::size_t outbox_bytes_max) {
    return outbox_bytes_max / 4 * 3;
  }

  explicit page_dispatcher(request_sender to_edge) : send_request_(std::move(to_edge)) {}

  /// Puts the page of this unicast into the outbox if all of it fits; otherwise requests it again
  /// later. `members`: the topic's subscribers, to which the member is subscribed.
  void take(net::session& session, std::uint64_t edge_incarnation, const unicast& sent,
            subscribers& members, std::size_t outbox_bytes_max);
  /// A member has missed a notification: sends it the whole side state again, from the first page.
  void restart(net::session& session, std::uint64_t edge_incarnation, channel_serial serial,
               std::size_t outbox_bytes_max);
  /// The channel has ended: removes it from its queue and requests pages for the connection's other
  /// channels.
  void ended(net::session& session, std::uint64_t edge_incarnation, channel_serial serial,
             std::size_t outbox_bytes_max);
  /// The outbox has drained: requests the next pages.
  void drained(net::session& session, std::size_t outbox_bytes_max);
  void drop(connection_id member) { queues_.erase(member.value); }
  void clear() { queues_.clear(); }
  /// Number of connections with a channel that catches up.
  std::size_t size() const { return queues_.size(); }

 private:
  void remove(connection_id member, std::uint64_t edge_incarnation, channel_serial serial);
  void request_next(net::session& session, page_queue& queue, std::size_t outbox_bytes_max);

  request_sender send_request_;
  boost::unordered_flat_map<std::uint64_t, page_queue> queues_;  // by connection id
};

}  // namespace roost::actors
