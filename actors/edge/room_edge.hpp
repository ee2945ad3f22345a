// SPDX-License-Identifier: Apache-2.0
// A node's side of one topic: its channels here, their unanswered requests, their messages. Pure.
#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "actors/edge/api_queries.hpp"
#include "actors/edge/edge_channel.hpp"
#include "actors/edge/edge_effects.hpp"
#include "actors/edge/pending_requests.hpp"
#include "actors/edge/recent_events.hpp"
#include "actors/edge/resend_backoff.hpp"
#include "actors/messages/api_call.hpp"
#include "actors/messages/channel_serial.hpp"
#include "actors/messages/edge_request.hpp"
#include "actors/messages/fan_out_batch.hpp"
#include "actors/rules/compiled_rule.hpp"
#include "actors/runtime/fault_injection.hpp"
#include "cluster/envelope.hpp"
#include "net/protocol/codec.hpp"

namespace roost::actors {

namespace commands = cluster::commands;
namespace events = cluster::events;

/// The edge of one topic on this node: orders the answers and events for its members.
/// Owns: the channels of the topic here, their unanswered requests, and recent events.
/// Runs on: the caller's thread (always the same one). Ends: with its actor.
///
/// A member gets its answers in the order of its requests (pending_requests), its own reply before
/// its own broadcast, and each ordered event after its join exactly once. Missed events come first:
/// a small first page with the reply to the join, then the pages that the fan-out requests when the
/// outbox has space. The edge builds a page from its recent events; if they do not reach back far
/// enough, it fetches the page from the owner. Pages of side state (presence, receipts) always come
/// from the owner.
///
/// Recent events are kept only while a join has no answer or a page is requested from the owner:
/// the position of a join is never before the edge's head at the time of the join.
///
/// On a bus that may lose envelopes the edge attaches again at a new owner and after a broken link,
/// and resends unanswered commands. If neither happens, it does so after 1, 2, 4 … s.
class room_edge {
 public:
  /// Bytes of event messages in one catch-up page.
  static constexpr std::size_t page_bytes_max = 65'536;
  /// Bytes of event messages in the page that comes with the reply to a join.
  static constexpr std::size_t first_page_bytes_max = 16'384;
  /// Bounds of the events that are held because an earlier event or answer is missing.
  static constexpr std::size_t held_events_max = 1'024;
  static constexpr std::size_t held_bytes_max = 1'000'000;
  /// Bytes of members in one attach; more take several.
  static constexpr std::size_t attach_bytes_max = 262'144;
  /// An owner may forget an edge that was silent for ten minutes, so it gives up earlier.
  static constexpr milliseconds give_up_after{300'000};

  room_edge(roost::topic topic, cluster::edge_id self, const compiled_rule& rule, bool bus_may_lose,
            const fault_injection* faults = nullptr);

  /// Replaces the rule; `rule` must live until the next use() or the end of this edge.
  void use(const compiled_rule& rule) { rule_ = &rule; }
  void request(edge_request&& request, time_point now, edge_effects& out);
  void event(const cluster::event_ptr& event, edge_effects& out);
  /// The fan-out requests the next page of a member: its outbox has space.
  void give_page(const page_request& request, edge_effects& out);
  /// Sets the ownership that commands name, before the first request.
  void use_owner(std::uint64_t ownership) { pending_.set_ownership(ownership); }
  /// The topic has a new owner, or the link with its owner broke: attaches there and resends.
  /// Nothing happens for an ownership older than the present one.
  void attach(std::uint64_t ownership, time_point now, edge_effects& out);
  /// Does the same for the same owner, when edge_effects::must_attach says so.
  void attach_again(time_point now, edge_effects& out);
  bool needs_owner() const { return attaching_ && (!channels_.empty() || needs_tick()); }
  /// The bytes that attach() would send, counted up to `max`.
  std::size_t attach_bytes(std::size_t max) const;
  bool is_attaching() const { return attaching_ && attaching_->is_waiting; }  ///< no answer yet
  /// Answers requests older than `timeout` with "unknown outcome", and resends if it is due. If the
  /// bus may lose envelopes or the owner may be slow, call it every half second while needs_tick().
  /// False: the edge has given up everything; call restart() after the effects were carried out.
  bool tick(time_point now, milliseconds timeout, edge_effects& out);
  /// Begins a new incarnation, in which no number of an earlier one counts.
  void restart(std::uint64_t incarnation);

  bool is_idle() const { return pending_.empty(); }  ///< no request waits for its answer
  /// Whether tick() may have to resend something.
  bool needs_tick() const {
    return !pending_.empty() || fetching_after_ || fetching_side_state_ || !catching_up_.empty() ||
           !queries_.empty() || is_attaching();
  }
  std::size_t channels() const { return channels_.size(); }
  std::size_t waiting() const { return pending_.size(); }
  std::uint64_t first_unanswered() const { return pending_.front_number(); }  ///< 0: none
  std::size_t catching_up() const { return catching_up_.size(); }
  /// Memory in bytes of the recent events and of the events held because they came too early.
  std::size_t held_bytes() const { return recent_.bytes() + held_bytes_; }
  /// Frees the recent events; members that still need them get them from the owner.
  void drop_recent() { recent_.clear(); }
  /// Number of subscribed members (they get broadcasts), by loop.
  const std::vector<std::uint32_t>& subscribed_by_loop() const { return subscribed_by_loop_; }
  cluster::edge_id self() const { return self_; }
  const roost::topic& topic() const { return topic_; }

 private:
  /// The value of notifications_ until a new owner has answered the attach.
  static constexpr auto unknown_notifications = std::numeric_limits<std::uint64_t>::max();
  static constexpr std::string_view crash_payload = R"({"reason":"channel_crash"})";  // phx_error
  /// An answer of the owner to a numbered command.
  struct owner_answer {
    const cluster::command_id& command;
    errc refused = errc::none;
    std::optional<position> at = {};  ///< of the ordered push
    bool is_repeated = false;
    const events::joined* joined = nullptr;
    const payload* response = nullptr;  ///< of the room's own; null or empty: the usual one
  };
  using channel = edge_channel;
  /// A member whose next page is fetched from the owner.
  struct catch_up {
    catch_up_progress from;
    std::uint32_t bytes = 0;  ///< maximum size of the page
    bool wants_events = false;
  };
  /// The state that an edge needs on a bus that may lose envelopes.
  struct attach_state {
    bool is_waiting = false;  ///< for the answer to an attach
    resend_backoff backoff;   ///< an answer to a command is progress; pages prove nothing
    /// The members whose join was sent, by connection id.
    boost::unordered_flat_map<std::uint64_t, commands::attach::member> members;
  };

  // requests (room_edge.cpp)
  const channel* sender_of(edge_request& request, edge_effects& out);
  void update_meta(edge_request request, edge_effects& out);
  void mark_read(edge_request request, edge_effects& out);
  void join(edge_request request, edge_effects& out);
  void leave(edge_request request, edge_effects& out);
  void push(edge_request&& request, edge_effects& out);
  void publish_ephemeral(pending_request&& entry, edge_effects& out);
  void give_ephemeral(edge_request&& request, edge_effects& out);
  void gone(const edge_request& request, edge_effects& out);
  void send_leave(connection_id member, edge_effects& out);
  void stop(channel& subscriber, connection_id member, edge_effects& out);
  void subscribe(channel& subscriber, connection_id member);
  void unsubscribe(channel& subscriber, connection_id member);
  void erase(connection_id member);
  channel* channel_of(connection_id member, channel_serial serial);

  // events from the owner (room_edge_stream.cpp)
  bool enter_epoch(const cluster::event& event, edge_effects& out);
  void take(const cluster::event_ptr& event, const events::ordered& ordered, edge_effects& out);
  void take(const cluster::event_ptr&, const events::notification& change, edge_effects& out);
  void take(const cluster::event_ptr&, const events::resync& change, edge_effects& out);
  void take(const cluster::event_ptr& event, const events::head& head, edge_effects& out);
  void take(const cluster::event_ptr&, const events::unicast& sent, edge_effects& out);
  void take(const cluster::event_ptr&, const events::kicked& kicked, edge_effects& out);
  void take(const cluster::event_ptr&, const events::crashed&, edge_effects&) {}
  void take(const cluster::event_ptr& event, const events::joined& joined, edge_effects& out);
  void take(const cluster::event_ptr&, const events::left& left, edge_effects& out);
  void take(const cluster::event_ptr&, const events::done& done, edge_effects& out);
  void take(const cluster::event_ptr&, const events::repeated& repeated, edge_effects& out);
  void take(const cluster::event_ptr&, const events::refused& refused, edge_effects& out);
  void take(const cluster::event_ptr& event, const events::page& page, edge_effects& out);
  void take(const cluster::event_ptr&, const events::side_state& answer, edge_effects& out);
  void take(const cluster::event_ptr& event, const events::attached& attached, edge_effects& out);
  void deliver(const cluster::event_ptr& event, edge_effects& out);
  void deliver_held(edge_effects& out);
  void hold(const cluster::event_ptr& event);
  /// Whether the next event is held: it waits for an earlier answer, which no fetch returns.
  bool holds_next() const {
    return !held_events_.empty() && held_events_.front()->at.value == recent_.head().value + 1;
  }
  bool needs_recent() const { return joins_waiting_ > 0 || !catching_up_.empty(); }
  void trim_recent();
  void fetch_missing(edge_effects& out);
  void resend_commands(edge_effects& out);
  bool is_mine(const cluster::command_id& command) const { return command.edge == self_; }
  bool must_wait_for_answer(const events::ordered& ordered) const;
  bool has_receiver(const events::ordered& ordered) const;
  void lost_events(edge_effects& out);
  void crash(edge_effects& out);
  void fail(channel& subscriber, connection_id member, edge_effects& out);
  void end_channel(channel& subscriber, connection_id member, std::string_view event,
                   payload_view body, edge_effects& out);

  // owners (room_edge_attach.cpp)
  void send_attach(edge_effects& out);
  void lose_room(edge_effects& out);
  void note_progress() {
    if (attaching_) attaching_->backoff.note_progress();
  }
  void note_meta(const pending_request& answered);

  // time (room_edge_resend.cpp)
  void time_out(time_point sent_before, edge_effects& out);
  void answer_late(const pending_request& to, const owner_answer& answer, edge_effects& out);
  void resend_due(time_point now, edge_effects& out);
  bool must_attach() const;
  void resend_all(edge_effects& out);
  void refetch(edge_effects& out);

  // events for one member (room_edge_unicasts.cpp)
  channel* receiver_of(const cluster::member_id& member, std::uint64_t number);
  void end_early(connection_id member, std::string_view event, payload_view body,
                 edge_effects& out);

  // broadcasts (room_edge_broadcasts.cpp)
  broadcast make_broadcast(const cluster::event& event, const events::ordered& ordered) const;
  broadcast make_broadcast(const std::string& name, const payload& notification) const;
  broadcast make_broadcast(const events::ephemeral& ephemeral) const;
  template <class Encode>
  void encode_for_all(broadcast& out, Encode encode) const;

  // notifications (room_edge_notifications.cpp)
  bool continues_notifications() const { return faults_ && faults_->continue_notifications; }
  bool is_next(std::uint64_t notification);
  void take_side_state(const events::page& page, edge_effects& out);
  void check_lost_notifications(std::uint64_t published, edge_effects& out);

  // answers (room_edge_answers.cpp)
  void owner_answered(const owner_answer& answer, edge_effects& out);
  void owner_answered(const cluster::event& event, const events::ordered& ordered,
                      edge_effects& out);
  void answer(pending_request&& to, const owner_answer& answer, edge_effects& out);
  void answer_join(const pending_request& to, const owner_answer& answer, edge_effects& out);
  void answer_leave(pending_request& to, edge_effects& out);
  void answer_push(pending_request&& to, const owner_answer& answer, edge_effects& out);
  void answer_local(edge_effects& out);
  void refuse(pending_request&& to, errc why, const payload* response, edge_effects& out);
  unicast reply(const pending_request& to, net::reply_status status, payload_view response) const;

  // requests of the server API (room_edge_api_calls.cpp)
  void publish(edge_request request, edge_effects& out);
  void answer_publish(const pending_request& to, const owner_answer& answer, edge_effects& out);
  void query(const api_call& call, time_point now, edge_effects& out);
  void answer_query(const cluster::command_id& query, errc why, cluster::event_ptr snapshot,
                    edge_effects& out);
  std::string idempotency_key_of(const edge_request& request) const;

  // members that catch up (room_edge_catch_up.cpp)
  void add_events(catch_up_page& page, connection_id member, const channel& to,
                  std::span<const cluster::event_ptr> held, std::size_t bytes_max,
                  edge_effects& out) const;
  void add_side_state(catch_up_page& page, const channel& to, const cluster::side_state_ptr& held,
                      edge_effects& out) const;
  std::shared_ptr<const catch_up_page> first_page(const pending_request& to,
                                                  const channel& subscriber,
                                                  const events::joined& joined,
                                                  edge_effects& out) const;
  void send_page(connection_id member, const channel& to, catch_up_page page, edge_effects& out);
  void take_missed(const events::page& answer, edge_effects& out);
  void fetch_page(connection_id member, const catch_up& state, edge_effects& out);
  void fail_catch_up(connection_id member, edge_effects& out);

  roost::topic topic_;
  cluster::edge_id self_;
  const compiled_rule* rule_;
  const fault_injection* faults_;
  pending_requests pending_;
  boost::unordered_flat_map<std::uint64_t, channel> channels_;      // by connection id
  boost::unordered_flat_map<std::uint64_t, catch_up> catching_up_;  // by connection id
  // Channels that ended before their leave was answered; the answer must not close them again.
  boost::unordered_flat_map<std::uint64_t, channel_serial> ended_early_;
  std::uint32_t subscribed_ = 0;
  std::array<std::uint32_t, net::wire_format::count> subscribed_by_format_{};
  std::vector<std::uint32_t> subscribed_by_loop_;

  epoch epoch_;            // of the room; {}: nothing has come from an owner yet
  bool is_known_ = false;  // the room's position is known: recent_.head() is the last event seen
  recent_events recent_;
  std::vector<cluster::event_ptr> held_events_;  // until the missing ones come, by offset
  std::size_t held_bytes_ = 0;
  std::size_t joins_waiting_ = 0;         // joins without an answer
  std::optional<offset> fetching_after_;  // a fetch of the events after this offset is unanswered
  std::uint64_t notifications_ = 0;       // number of the last notification received
  std::uint64_t unicasts_ = 0;            // number of the last unicast or kick received
  bool has_dropped_ = false;          // an event over the bound was not held; it must be fetched
  bool fetching_side_state_ = false;  // notifications were lost; the side state is being fetched
  api_queries queries_;
  std::uint64_t resent_for_ = 0;             // first unanswered command at the last resend; 0: none
  std::unique_ptr<attach_state> attaching_;  // null: the bus loses nothing
};

}  // namespace roost::actors
