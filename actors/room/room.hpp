// SPDX-License-Identifier: Apache-2.0
// The owner's side of one topic: members, order of events, history, presence, receipts. Pure.
#pragma once

#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/room/command_deduper.hpp"
#include "actors/room/handler_runner.hpp"
#include "actors/room/history.hpp"
#include "actors/room/idempotency.hpp"
#include "actors/room/new_epoch.hpp"
#include "actors/room/presence/presence.hpp"
#include "actors/room/presence/presence_set.hpp"
#include "actors/room/receipts.hpp"
#include "actors/room/room_bytes.hpp"
#include "actors/room/room_handler.hpp"
#include "actors/runtime/fault_injection.hpp"
#include "cluster/envelope.hpp"
#include "cluster/log/log_record.hpp"
#include "cluster/log/room_snapshot.hpp"
#include "config/base/clock.hpp"
#include "config/schema/settings.hpp"

namespace roost::actors {

namespace commands = cluster::commands;
namespace events = cluster::events;

/// Orders the events of one topic.
/// Owns: its members, its room_handler, its history, presence and receipts.
/// Runs on: the caller's thread (always the same one). Ends: with its actor.
///
/// Numbered commands are idempotent: each is applied once and adds exactly one answer to `out`, in
/// order of the numbers. A duplicate adds the answer again, unless the edge has acknowledged it. A
/// command that arrives before its predecessor is dropped; its edge resends it.
///
/// A durable room also makes records, which take_records() gives after each call. Nothing that the
/// call added to `out` may leave before its records and all earlier ones are stored. The records of
/// one call belong together: an append should store all or none of them.
class room {
 public:
  /// Bytes of one page of events (names and payloads).
  static constexpr std::size_t page_bytes_max = 65'536;
  /// Bytes of the side state in the answer to a join. Presence that is larger is fetched in pages.
  static constexpr std::size_t joiner_bytes_max = 16'384;
  /// Bytes of the events or of the presence in the answer to a query of the API. With what is
  /// around each of 1,000 events it fits into an envelope between nodes (cluster::link_limits).
  static constexpr std::size_t query_bytes_max = 850'000;

  /// `may_repeat`: the bus may lose messages, so a command may arrive twice. `wall_clock`: the Unix
  /// time in milliseconds, used only for the time of events and records.
  room(topic topic, const room_rule& rule, handler_factory handlers, new_epoch next_epoch,
       const fault_injection* faults = nullptr, bool may_repeat = true,
       std::function<std::int64_t()> wall_clock = unix_ms);
  /// A room that is loaded: call make_durable(), restore() and replay(), and then open().
  room(topic topic, const room_rule& rule, handler_factory handlers,
       const fault_injection* faults = nullptr, bool may_repeat = true,
       std::function<std::int64_t()> wall_clock = unix_ms);
  /// Applies a command. Rethrows exceptions of the handler; the caller must then call crashed().
  void apply(const cluster::command& command, time_point now, std::vector<cluster::event_ptr>& out);
  /// Continues after apply(), tick(), open() or snapshot() threw: a new handler, a new epoch, no
  /// members. History, receipts and idempotency keys stay. Every edge ends its channels, so that
  /// the members join the new handler; `failed` is refused (null: a tick failed).
  void crashed(const cluster::command* failed, new_epoch next_epoch, time_point now,
               std::vector<cluster::event_ptr>& out);
  /// Applies a changed rule at once. A changed presence.mode is for new rooms only, a changed kind
  /// for new handlers only: the handler and its members stay.
  void use(const room_rule& rule, time_point now);
  /// Evicts the oldest events of the history until at most `bytes` are held.
  void shrink(std::size_t bytes) { history_.shrink(bytes); }
  /// While the room is closed, joins and publishes of the API are refused with "unavailable".
  void close(bool is_closed) { is_closed_ = is_closed; }
  /// Commands that are not taken are refused with "unavailable" before they change anything.
  enum class admission : std::uint8_t { everything, no_pushes, only_leaves };
  void set_admission(admission allowed) { admission_ = allowed; }
  /// A join or meta whose presence would take more memory is refused with "unavailable".
  void bound_members(std::size_t bytes) { member_bytes_max_ = bytes; }
  bool has_space_for(const cluster::command& command) const;
  /// Evicts the oldest idempotency keys, then the oldest receipts, until `bytes` are freed or none
  /// is left.
  void evict_values(std::size_t bytes);
  /// Frees history, idempotency keys, receipts and presence. Only for a room without members.
  void free_memory();
  room_bytes held() const;

  /// Makes the room durable: every change that a later owner must know makes a record
  /// (room_records.cpp). A mark_read is answered with its record, after receipts.window_ms or
  /// before the next answer.
  void make_durable() { durable_ = std::make_unique<durable_part>(); }
  /// The records since the last call, in order.
  std::vector<cluster::log_record> take_records() {
    if (!durable_) return {};
    return std::exchange(durable_->records, {});
  }
  /// Removes the content of a room without members: a snapshot keeps epochs, head and numbers.
  /// `seed`: of the new handler. Rethrows exceptions of the handler.
  void retire(std::uint64_t seed);
  /// The state of the room, without `log` and `covered`: what a later owner needs besides the
  /// records that are made from now on (room_restore.cpp). Rethrows exceptions of the handler.
  cluster::room_snapshot snapshot(time_point now);
  /// Takes the state of a stored room, then the records that the snapshot does not cover, in order.
  /// Ages count from `now` on, and all events are kept until keep_all(false). False: a record does
  /// not follow the one before, so the store has lost some.
  void restore(const cluster::room_snapshot& stored, time_point now);
  bool replay(const cluster::log_record& record, time_point now);
  /// Opens a loaded room, in the epoch of its last record if that is of the same ownership.
  /// `of_shard`: the ownerships of its shard; null if older positions are not valid. `load`:
  /// how many rooms the process has loaded before: edges that knew this room in the same epoch must
  /// not take its notifications for repeated ones. Rethrows exceptions of the handler; the room is
  /// open then.
  void open(new_epoch next_epoch, std::shared_ptr<const history::ownerships> of_shard,
            std::uint64_t load = 0);
  /// False: the edges have attached, so the bounds of the history count.
  void keep_all(bool keeps_all, time_point now);

  /// Whether the room takes nothing of this command's edge before an attach: its first commands
  /// went to another room or owner. Only on a bus that may lose envelopes.
  bool must_attach(const cluster::command& command) const;
  /// The nodes that get this event; `one` is space for a single one. Valid until the next call.
  std::span<const node_id> receivers(const cluster::event& event, node_id& one) const;
  /// An ephemeral event of a member, for the nodes that have an edge besides its own.
  cluster::event_ptr pass_on(const commands::ephemeral& request) const;
  std::vector<node_id> others(node_id sender) const;
  /// A new owner waits for the edges: until attaching_finished() it keeps all events, does not show
  /// presence, and drops joins if there is a members_max, and queries of members; edges resend.
  void begin_attaching();
  bool is_attaching() const { return is_attaching_; }
  void attaching_finished(time_point now, std::vector<cluster::event_ptr>& out);
  /// The node is gone, and with it its members. Rethrows exceptions of the handler.
  void node_left(node_id node, time_point now, std::vector<cluster::event_ptr>& out);

  /// Calls the handler's tick if it is due, adds the presence and receipt notifications that are
  /// due, and expires old events and idempotency keys. Rethrows exceptions of the handler.
  void tick(time_point now, std::vector<cluster::event_ptr>& out);
  /// When tick() must be called next; none: nothing is due.
  std::optional<time_point> next_due() const;

  /// Whether the handler keeps no state that would be lost with an empty room.
  bool is_stateless() const { return runner_.is_stateless(); }
  std::string_view kind_name() const { return name_of(rule_.kind); }
  std::size_t members() const { return members_.size(); }
  offset head() const { return history_.head(); }
  const std::string& epoch_text() const { return history_.epoch_text(); }
  const class history& past() const { return history_; }

 private:
  template <class Kind>
  cluster::event_ptr make_event(Kind&& kind, offset at) const {
    const auto current = history_.current();
    return cluster::share({topic_, current, history_.epoch_text(), at, std::forward<Kind>(kind)});
  }
  /// An event at the head.
  template <class Kind>
  cluster::event_ptr make_event(Kind&& kind) const {
    return make_event(std::forward<Kind>(kind), history_.head());
  }
  bool has_space_for(const std::string& name, const payload& meta) const;

  // numbered commands (room.cpp, room_answers.cpp)
  bool is_fresh(const cluster::command& command, time_point now,
                std::vector<cluster::event_ptr>& out);
  bool was_joined(const cluster::command_id& id) const;
  void answer_again(const cluster::command& command, std::vector<cluster::event_ptr>& out);
  void apply_again(const cluster::command& command, time_point now,
                   std::vector<cluster::event_ptr>& out);
  void add_answer(const cluster::command_id& id, events::answer&& given, time_point now,
                  std::vector<cluster::event_ptr>& out);
  using answer = events::answer;
  bool takes(const cluster::command& command) const;
  answer take(const cluster::command_id& id, const commands::join& join, time_point now);
  answer take(const cluster::command_id& id, const commands::leave&, time_point now);
  answer take(const cluster::command_id& id, const commands::push& push, time_point now);
  answer take(const cluster::command_id& id, const commands::publish& publish, time_point now);
  answer take(const cluster::command_id& id, const commands::update_meta& update, time_point now);
  answer take(const cluster::command_id& id, const commands::mark_read& mark, time_point now);
  answer take(const cluster::command_id& id, const commands::unknown&, time_point);
  template <class Push>
  answer order(const cluster::command_id& id, const Push& push, const idempotency::scope& scope,
               time_point now);
  void mark_read(const cluster::command_id& id, const commands::mark_read& mark, time_point now,
                 std::vector<cluster::event_ptr>& out);
  events::joined joined_at(const cluster::command_id& id, const commands::join& join, position at);
  bool remove(const cluster::member_id& member, time_point now);
  void leave(const cluster::member_id& member, time_point now);

  // edges (room_attach.cpp)
  struct partial_attach {
    node_id node;
    bool is_continued = false;  // the first part's position is recovered
    std::vector<commands::attach::member> members = {};
    std::vector<connection_id> undecided = {};
    std::uint32_t parts = 0;  // taken so far
  };
  bool is_attached(node_id node) const;
  void take(const cluster::command& command, const commands::attach& request, time_point now,
            std::vector<cluster::event_ptr>& out);
  bool collect(node_id node, const commands::attach& request);
  void forget_edge(node_id node);
  bool continues(const commands::attach& request) const;
  void attach_members(node_id node, const partial_attach& of, time_point now,
                      std::vector<cluster::event_ptr>& out);
  void detach(const cluster::command& command, time_point now,
              std::vector<cluster::event_ptr>& out);
  template <class Keeps>
  void remove_members(node_id node, time_point now, std::vector<cluster::event_ptr>& out,
                      Keeps keeps);
  void begin_incarnation(const cluster::edge_id& edge, time_point now,
                         std::vector<cluster::event_ptr>& out);

  // effects of the handler (room_effects.cpp)
  answer answer_push(const cluster::command_id& id, handler_runner::answer&& chosen);
  position position_after(const answer& given) const;
  void add_effects(const cluster::command_id& id, time_point now,
                   std::vector<cluster::event_ptr>& out);
  static events::ordered ordered_of(const cluster::command_id& id, broadcast_effect&& effect);
  void add_ordered(events::ordered&& made, time_point now, std::vector<cluster::event_ptr>& out);

  // records (room_records.cpp)
  struct waiting_mark {
    cluster::command_id id;
    cluster::records::receipts::mark mark;
  };
  struct push_key {
    std::string user;
    std::string key;
    bool is_of_api = false;
  };
  struct durable_part {
    std::vector<cluster::log_record> records;  // not taken yet
    std::vector<waiting_mark> marks;           // applied, and not yet in a record
    std::optional<push_key> key;               // for the first event of the present call
    std::int64_t touched_ms = 0;               // Unix time of the last record; 0: there is none
    std::uint64_t touched_in = 0;              // the ownership of that record
  };
  struct loading_part {
    std::string handler_state;  // empty: none
    offset at;                  // the handler needs the events after it
  };
  static constexpr std::size_t waiting_marks_max = 1'024;
  static constexpr std::int64_t touch_ms = 3'600'000;
  void touch();
  void note_use(const cluster::log_record& record);
  void add_record(const cluster::command_id& cause, decltype(cluster::log_record::body)&& body);
  void record(const cluster::event& ordered);
  void record_marks(time_point now, std::vector<cluster::event_ptr>& out);

  // loading (room_restore.cpp)
  std::optional<cluster::kept_answer> replay_body(const cluster::log_record& record,
                                                  time_point now);
  void replay_ordered(const cluster::log_record& record, const cluster::records::ordered& body,
                      time_point now);
  void restore_events(const std::vector<cluster::room_snapshot::held_event>& events,
                      time_point now);

  // other commands (room_query.cpp), side state (room_side_state.cpp)
  events::page fetch(const cluster::command_id& id, const commands::fetch& request);
  events::snapshot query(const cluster::command_id& id, const commands::query& request,
                         time_point now);
  cluster::side_state_ptr side_state(const cluster::side_state_cursor& from, std::size_t bytes_max);
  cluster::side_state_ptr whole_side_state(std::size_t bytes_max);
  void add_notifications(std::vector<notification>&& notifications,
                         std::vector<cluster::event_ptr>& out);

  cluster::shared_topic topic_;
  room_rule rule_;
  handler_factory handlers_;
  const fault_injection* faults_;
  std::function<std::int64_t()> wall_clock_;
  handler_runner runner_;
  handler_runner::effects effects_;  // of the present call; kept for its capacity
  bool is_closed_ = false;
  admission admission_ = admission::everything;
  std::size_t member_bytes_max_ = std::numeric_limits<std::size_t>::max();
  boost::unordered_flat_set<cluster::member_id, member_hash> members_;
  class history history_;
  command_deduper deduper_;
  class presence presence_;
  class receipts receipts_;
  std::optional<time_point> receipts_due_;
  std::uint64_t notifications_ = 0;           // published so far
  std::uint64_t unicasts_ = 0;                // unicasts and kicks published so far
  std::unique_ptr<idempotency> idempotency_;  // null until the first push with a key
  boost::container::small_vector<node_id, 1> attached_;
  std::vector<partial_attach> attaching_;  // of the nodes whose attach comes in parts
  bool is_attaching_ = false;
  std::unique_ptr<durable_part> durable_;  // null: the room makes no records
  std::unique_ptr<loading_part> loading_;  // null once the room is open
};

}  // namespace roost::actors
