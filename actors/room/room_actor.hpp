// SPDX-License-Identifier: Apache-2.0
// The actor around a room: takes commands, publishes events, runs its timers.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/messages/room_messages.hpp"
#include "actors/messages/shard_messages.hpp"
#include "actors/room/durable_room.hpp"
#include "actors/room/room.hpp"
#include "actors/room/room_account.hpp"
#include "actors/room/room_dependencies.hpp"
#include "actors/runtime/pinned_actor.hpp"
#include "net/loop/timer_wheel.hpp"

namespace roost::actors {

class empty_rooms;

/// The registry that started a room, for its actor. Owns: nothing. Runs on: the topic's home loop.
/// Ends: after the rooms.
class room_lifecycle {
 public:
  virtual ~room_lifecycle() = default;
  /// A room is being started: list() reads `room` until remove_if_done() or end_all().
  virtual void opened(const topic& topic, const room& room) = 0;
  /// A room that stores first may take commands.
  virtual void ready(const topic& topic) = 0;
  /// Removes the room if all commands sent to it are handled, which are `taken`. False: there are
  /// more, so the room must not end.
  virtual bool remove_if_done(const topic& topic, std::uint64_t taken) = 0;
  /// The room became empty, or has members again.
  virtual void emptied(const topic& topic) = 0;
  virtual void occupied(const topic& topic) = 0;
  /// Whether the room was sent evict_if_empty and has stayed empty since.
  virtual bool is_leaving(const topic& topic) const = 0;
};

/// The actor that owns one topic.
/// Owns: one room. Runs on: the topic's home loop. Ends: at end_now, or when it expires: it has had
/// no members for as long as its rule keeps history, and at least `empty_for_min`. It ends sooner
/// when it is evicted (evict_if_empty), and at once when it is empty, never had an event, never
/// crashed, its handler keeps no state, and the bus loses nothing.
class room_actor final : public pinned_actor {
 public:
  static constexpr std::chrono::seconds empty_for_min{60};

  /// `empty`: the empty rooms of the whole node. If `shard` is null, the room is in memory and
  /// begins in `memory_epoch`, or in an ownership of its own if that is {}. Otherwise it continues
  /// from `stored`.
  room_actor(caf::actor_config& cfg, const room_dependencies& shared, room_lifecycle& lifecycle,
             empty_rooms& empty, topic topic, const room_rule& rule, const epoch& memory_epoch = {},
             shard_port* shard = nullptr, loaded_room&& stored = {});
  caf::behavior make_behavior() override;
  const char* name() const override { return "room"; }

 private:
  /// A one-shot timer in the loop's wheel that can be moved and cancelled. Delayed messages cannot:
  /// those of a room that is often joined and left would pile up and keep the ended actor alive.
  struct one_shot_timer final : net::timer_node {
    using callback = void (room_actor::*)();
    one_shot_timer(room_actor& of, callback on_expired) : owner(of), handler(on_expired) {}
    void expired() override { (owner.*handler)(); }
    room_actor& owner;
    callback handler;
  };

  void take(const cluster::command& command);
  void send_tick();
  void send_expire();
  void on_exit() override;
  void tick(std::uint64_t number);
  void all_attached(std::uint64_t ownership);
  void node_left(node_id node);
  void publish();
  void emit(cluster::event_ptr&& event);

  // a durable room (room_actor_durable.cpp)
  void restore(const loaded_room& stored);
  void records_stored(std::uint64_t ticket);
  void capture();
  void snapshot_stored();
  void retire();
  void note_changes();
  void snapshot_due();
  void end_when_stored();
  void store_and_end();
  void stop_storing();
  room::admission admission() const;

  void arm();
  void use_rules();
  void become_empty();
  void expire(std::uint64_t emptied);
  bool end_if_idle();
  bool is_blank() const;
  void settle();
  void evict();
  void try_handler(const std::function<void()>& call);
  template <class Call>
  void run_handler(const cluster::command* command, Call call);
  template <class Call>
  void run(const cluster::command* command, Call call);
  void report_members(std::size_t before);
  void crash(const cluster::command* command, const char* why);
  void limit_crashes();
  void count(const cluster::event& event);

  const room_dependencies& shared_;
  room_lifecycle& lifecycle_;
  topic topic_;
  milliseconds empty_for_;
  room room_;
  std::unique_ptr<durable_room> durable_;  // null: the room is in memory
  std::vector<cluster::event_ptr> out_;
  std::uint64_t taken_ = 0;                 // commands handled
  std::optional<time_point> published_at_;  // the last publish of the API
  std::uint64_t emptied_ = 0;               // times that the room became empty
  std::uint64_t ticks_ = 0;                 // number of the latest delayed room_tick
  std::optional<time_point> armed_for_;     // when the next tick is due (message or timer)
  one_shot_timer tick_timer_{*this, &room_actor::send_tick};
  one_shot_timer expiry_timer_{*this, &room_actor::send_expire};
  std::vector<time_point> crashes_;  // the most recent ones, at most room_crashes_per_minute_max
  bool has_crashed_ = false;
  room_account account_;
};

}  // namespace roost::actors
