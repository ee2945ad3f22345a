// The actor around a room: takes commands, publishes events, keeps its times.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actors/messages.hpp"
#include "actors/node_context.hpp"
#include "actors/pinned.hpp"
#include "actors/room/room.hpp"
#include "actors/room/room_account.hpp"
#include "net/transport/timer_wheel.hpp"

namespace roost::actors {

class room_table;

/// Owns: one room. Runs on: the topic's home loop. Ends: end_now, or by itself when it has had no
/// members for as long as its rule keeps history, at least `empty_for_min`; sooner when it is asked
/// to make way, and at once where nothing has ever happened in it.
class room_actor final : public pinned {
 public:
  static constexpr std::chrono::seconds empty_for_min{60};

  room_actor(caf::actor_config& cfg, node_context& node, room_table& table, topic where,
             const room_rule& rule);
  caf::behavior make_behavior() override;
  const char* name() const override { return "room"; }

 private:
  /// A place in the loop's wheel, moved in place: a room that is left and joined all day leaves no
  /// messages behind that are due in hours, and none that keep it after its end.
  struct alarm final : net::timer_node {
    using message = void (room_actor::*)();
    alarm(room_actor& of, message what) : owner(of), tells(what) {}
    void expired() override { (owner.*tells)(); }
    room_actor& owner;
    message tells;
  };

  void take(const cluster::command& what);
  void tell_tick();
  void tell_empty();
  void on_exit() override;
  void tick(std::uint64_t number);
  void publish();
  void arm();
  void use_rules();
  void empty_now();
  void forget(std::uint64_t emptied);
  bool end_unless_asked();
  bool is_blank() const;
  void settle();
  void make_way();
  void crash(const cluster::command& what, const char* why);
  void limit_crashes();
  void count(const cluster::event& what);

  node_context& node_;
  room_table& table_;
  topic where_;
  milliseconds empty_for_;
  room room_;
  std::vector<cluster::event_ptr> out_;
  std::uint64_t taken_ = 0;                 // commands handled
  std::optional<time_point> published_at_;  // the last that was not of a member
  std::uint64_t emptied_ = 0;               // times that the last member left
  std::uint64_t ticks_ = 0;                 // sent to itself, of those that are due soon
  std::optional<time_point> armed_for_;     // the next tick, of either kind
  alarm later_{*this, &room_actor::tell_tick};
  alarm empty_{*this, &room_actor::tell_empty};
  std::vector<time_point> crashes_;  // the last ones
  bool has_crashed_ = false;
  room_account account_;
  offset told_head_;  // last announced on a bus that may lose
  milliseconds tell_after_{500};
};

}  // namespace roost::actors
