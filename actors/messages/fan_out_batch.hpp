// SPDX-License-Identifier: Apache-2.0
// The messages between edges and the fan-outs of the loops.
#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <cstdint>
#include <memory>
#include <vector>

#include "actors/messages/broadcast_messages.hpp"
#include "actors/messages/channel_serial.hpp"
#include "cluster/envelope.hpp"
#include "config/base/error.hpp"
#include "config/base/ids.hpp"
#include "net/protocol/message.hpp"
#include "net/transport/message_class.hpp"

namespace roost::actors {

/// How far a member has caught up: the events and side state that it still has to receive. Kept
/// instead of the messages, which are encoded when the outbox has space for them.
struct catch_up_progress {
  offset next;             ///< the next missed event to send; 0: it receives events live
  offset joined;           ///< the room's last offset when it joined
  bool has_begun = false;  ///< the first page of events was sent; the side state is next
  cluster::side_state_cursor side;
  bool is_live() const { return next == offset{}; }
  /// The member has the first page of the side state, so it can apply notifications of changes.
  bool has_side_state() const { return side.at != cluster::side_state_cursor::stage::start; }
  bool is_end() const { return is_live() && side.is_end(); }
};

/// Frames for a member that catches up. Either all of them go into its outbox or none.
struct catch_up_page {
  std::vector<net::encoded_ptr> messages;
  catch_up_progress from;  ///< the member's progress before these messages
  catch_up_progress to;    ///< its progress after them
};

/// Unicast: messages for one member, written by the fan-out of its loop.
struct unicast {
  enum class action_kind : std::uint8_t {
    none,
    subscribe,    ///< subscribe to broadcasts; a member that still catches up after `page` gets no
                  ///< ordered events, and no notifications before its first page of side state
    unsubscribe,  ///< unsubscribe from broadcasts
    end_channel,  ///< unsubscribe, and tell the connection that the channel has ended
  };
  connection_id to;
  channel_serial serial = 0;
  action_kind action = action_kind::none;
  net::wire_format format;
  bool gives_credit = false;
  bool is_refusal = false;    ///< `first` is an error reply; the connection counts it
  errc refused = errc::none;  ///< its error; none: the connection has logged it already
  net::message_class first_class = net::message_class::out_reply;
  std::uint32_t credit_bytes = 0;
  net::encoded_ptr first;                     ///< may be null
  net::encoded_ptr second;                    ///< may be null; phx_close or phx_error
  std::shared_ptr<const catch_up_page> page;  ///< null: nothing to catch up with
};

/// Broadcast: one message for every member, encoded once for each wire format in use.
struct broadcast {
  broadcast_messages messages;
  net::message_class message_class = net::message_class::out_broadcast;
  connection_id except;  ///< this connection does not receive it; 0: no exception
  bool is_ordered = true;
  bool is_resync = false;  ///< no message: send the whole side state again to each member
  /// Presence or receipts. If the outbox has no space, the notification is dropped, and the member
  /// gets the whole side state again when it has space.
  bool is_notification() const {
    return !is_ordered && message_class != net::message_class::out_ephemeral;
  }
};

/// From an edge to the fan-out of one loop: a batch of `unicasts` in order, then the `broadcasts`.
struct fan_out_batch {
  std::uint64_t edge_incarnation = 0;
  roost::topic topic;  ///< set if a unicast subscribes, ends or refuses
  std::vector<unicast> unicasts;
  std::vector<broadcast> broadcasts;
};

/// From a fan-out to an edge: this member's outbox has space; answered by a unicast with a page.
struct page_request {
  std::uint64_t edge_incarnation = 0;
  connection_id member;
  channel_serial serial = 0;
  catch_up_progress from;
  std::uint32_t bytes = 0;  ///< size limit; one event or presence entry may exceed it
};

/// From a connection's handler to the fan-out of its loop: the outbox has drained.
struct outbox_drained {
  connection_id connection;
};

}  // namespace roost::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::fan_out_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::page_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::outbox_drained)
