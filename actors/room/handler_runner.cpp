// SPDX-License-Identifier: Apache-2.0
#include "actors/room/handler_runner.hpp"

#include <stdexcept>
#include <string>
#include <utility>

#include "config/base/ids.hpp"
#include "config/base/reserved_names.hpp"
#include "net/protocol/json/json_text.hpp"

namespace roost::actors {

namespace {

void check_name(const std::string& event) {
  if (event.empty() || event.size() > name_bytes_max || net::has_control_character(event) ||
      is_reserved_event(event)) {
    throw std::invalid_argument("the handler sent an event with a name that is not allowed");
  }
}

}  // namespace

handler_runner::answer handler_runner::join(const cluster::member_id& id, std::string_view user,
                                            std::string_view meta, time_point now, effects& out) {
  if (is_stateless_) return {};
  leave_one(id, now, out);
  auto& joined = members_.add({id, std::string(user)});
  room_context context(now, members_, random_, out);
  handler_->on_join(context, joined, meta);
  finish(context);
  const auto& chosen = context.answer();
  if (chosen && chosen->why != errc::none) members_.erase(joined);
  finish_all(out, now);
  return chosen;
}

void handler_runner::leave(const cluster::member_id& id, time_point now, effects& out) {
  if (is_stateless_) return;
  leave_one(id, now, out);
  finish_all(out, now);
}

/// The member leaves if it is in. Nothing waits for an answer of on_leave.
void handler_runner::leave_one(const cluster::member_id& id, time_point now, effects& out) {
  auto* const found = members_.find(id);
  if (!found) return;
  const room_member gone = *found;
  members_.erase(*found);
  room_context context(now, members_, random_, out);
  handler_->on_leave(context, gone);
  finish(context);
}

handler_runner::answer handler_runner::message(const cluster::member_id& sender,
                                               const room_handler::message& pushed, time_point now,
                                               effects& out) {
  room_context context(now, members_, random_, out, pushed.payload.data.size);
  const auto* const found = is_stateless_ ? nullptr : members_.find(sender);
  if (found) {
    handler_->on_message(context, *found, pushed);
  } else {  // the server API, or the handler has no list of members
    handler_->on_message(context, {sender, {}}, pushed);
  }
  finish(context);
  finish_all(out, now);
  return context.answer();
}

void handler_runner::tick(time_point now, effects& out) {
  if (!tick_due_ || *tick_due_ > now) return;
  const auto missed = (now - *tick_due_) / tick_interval_;
  *tick_due_ += tick_interval_ * (missed + 1);
  room_context context(now, members_, random_, out);
  handler_->on_tick(context);
  finish(context);
  finish_all(out, now);
}

void handler_runner::finish(const room_context& context) {
  if (context.is_over_bounds()) throw std::length_error("the handler recorded too many effects");
  if (context.interval()) set_interval(*context.interval(), context.now());
}

/// Checks the names of events. A member that is kicked leaves at once: on_leave may add effects.
void handler_runner::finish_all(effects& out, time_point now) {
  if (is_stateless_) return;  // it passes on names that were checked before
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (const auto* sent = std::get_if<send_effect>(&out[i])) check_name(sent->event);
    if (const auto* sent = std::get_if<broadcast_effect>(&out[i])) check_name(sent->event);
    const auto* kicked = std::get_if<kick_effect>(&out[i]);
    if (kicked) leave_one(cluster::member_id{kicked->member}, now, out);
  }
}

void handler_runner::set_interval(milliseconds interval, time_point now) {
  if (interval == tick_interval_) return;
  tick_interval_ = interval;
  tick_due_.reset();
  if (interval.count() > 0) tick_due_ = now + interval;
}

}  // namespace roost::actors
