// SPDX-License-Identifier: Apache-2.0
// Writes the messages of topics into the outboxes of one loop's members. Pure but for the sessions.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>

#include "actors/fan_out/page_dispatcher.hpp"
#include "actors/fan_out/subscribers.hpp"
#include "actors/messages/connection_messages.hpp"
#include "actors/messages/fan_out_batch.hpp"
#include "actors/runtime/fault_injection.hpp"
#include "net/loop/loop_counters.hpp"
#include "net/loop/session_registry.hpp"

namespace roost::actors {

/// Sends the messages of a fan_out to edges and connections. A broadcast calls it only for a member
/// whose outbox has no space. Runs on: the fan_out's loop. Ends: after the fan_out.
class fan_out_sender {
 public:
  virtual ~fan_out_sender() = default;
  virtual void send(const topic& to_edge, const page_request& request) = 0;
  virtual void send(connection_id to, const channel_ended& message) = 0;
  virtual void send(connection_id to, const request_refused& message) = 0;
};

/// The only writer of topics' messages on its loop.
/// Owns: the subscribers of each edge's topic, and the positions of the members that catch up.
/// No message waits here: all pending bytes of a member are in its outbox. Runs on: its loop.
/// Ends: with its actor.
class fan_out {
 public:
  /// `sessions`: those of the loop. `counts`: counts the messages that were written.
  fan_out(const net::session_registry& sessions, net::loop_counters& counts, fan_out_sender& sender,
          const fault_injection* faults = nullptr)
      : sessions_(sessions),
        counts_(counts),
        sender_(sender),
        faults_(faults),
        pages_([this](const page_request& request) { request_page(request); }) {}
  fan_out(const fan_out&) = delete;
  fan_out& operator=(const fan_out&) = delete;

  /// Writes the unicasts, then the broadcasts. `outbox_bytes_max`: limits.outbox_bytes_max, as in
  /// drained().
  void deliver(const fan_out_batch& batch, std::size_t outbox_bytes_max);
  /// The outbox of this member has drained: requests the next pages.
  void drained(connection_id member, std::size_t outbox_bytes_max);
  void clear();

  /// Number of topics with members.
  std::size_t rooms() const { return rooms_.size(); }
  /// Number of members of all topics.
  std::size_t members() const;
  /// Number of connections with a channel that catches up.
  std::size_t catching_up() const { return pages_.size(); }

 private:
  struct room {
    roost::topic topic;
    subscribers members;
  };

  void send_broadcasts(const fan_out_batch& batch, std::size_t outbox_bytes_max);
  void write(const fan_out_batch& batch, const unicast& each, std::size_t outbox_bytes_max);
  void write_messages(const fan_out_batch& batch, const unicast& each, net::session& session);
  void leave(const fan_out_batch& batch, const unicast& each, net::session* session,
             std::size_t outbox_bytes_max);
  void send_message(net::session& session, const net::encoded_ptr& message,
                    net::message_class message_class);
  void request_page(const page_request& request);

  const net::session_registry& sessions_;
  net::loop_counters& counts_;
  fan_out_sender& sender_;
  const fault_injection* faults_;                         // tests only
  boost::unordered_flat_map<std::uint64_t, room> rooms_;  // by the edge's incarnation
  page_dispatcher pages_;
};

}  // namespace roost::actors
