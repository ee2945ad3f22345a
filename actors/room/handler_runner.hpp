// SPDX-License-Identifier: Apache-2.0
// Calls the handler of a room, and keeps its members, its timer and its random numbers. Pure.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/room/room_context.hpp"
#include "actors/room/room_handler.hpp"
#include "cluster/envelope.hpp"
#include "config/base/clock.hpp"

namespace roost::actors {

/// Runs one handler. Each function adds the broadcasts, sends and kicks of its call to `out`, which
/// is empty, in order. It throws what the handler throws, or std::length_error or
/// std::invalid_argument if the handler broke a rule of room_context; after that `out` must be
/// dropped and the runner replaced.
/// Owns: the handler, and the list of members unless the handler is stateless.
/// Runs on: the caller's thread (always the same one). Ends: with its room, or with a crash.
class handler_runner {
 public:
  using effects = std::vector<room_effect>;
  /// The answer that the handler chose; none: it chose none.
  using answer = std::optional<room_answer>;

  /// `seed`: of the random numbers.
  handler_runner(std::unique_ptr<room_handler> handler, std::uint64_t seed)
      : handler_(std::move(handler)), is_stateless_(handler_->is_stateless()), random_(seed) {}

  /// A member joins. If it is in already, it leaves first. It is not in afterwards if the answer is
  /// an error.
  answer join(const cluster::member_id& id, std::string_view user, std::string_view meta,
              time_point now, effects& out);
  void leave(const cluster::member_id& id, time_point now, effects& out);
  /// `sender`: {} for the server API.
  answer message(const cluster::member_id& sender, const room_handler::message& pushed,
                 time_point now, effects& out);
  /// Calls on_tick if it is due. Ticks that were missed are skipped.
  void tick(time_point now, effects& out);
  /// When tick() must be called next; none: the room has no ticks.
  std::optional<time_point> next_due() const { return tick_due_; }

  /// Restarts the random numbers from this seed.
  void reseed(std::uint64_t seed) { random_ = room_random(seed); }
  std::string snapshot() const { return handler_->snapshot(); }
  void restore(std::string_view state) { handler_->restore(state); }
  void replay(const room_handler::message& event) { handler_->replay(event); }

  bool is_stateless() const { return is_stateless_; }
  /// Memory of the list of members in bytes, without the names of users.
  std::size_t bytes() const { return members_.size() * sizeof(room_member); }

 private:
  void leave_one(const cluster::member_id& id, time_point now, effects& out);
  void finish(const room_context& context);
  void finish_all(effects& out, time_point now);
  void set_interval(milliseconds interval, time_point now);

  std::unique_ptr<room_handler> handler_;
  bool is_stateless_;
  room_random random_;
  room_context::members members_;
  milliseconds tick_interval_{};
  std::optional<time_point> tick_due_;
};

}  // namespace roost::actors
