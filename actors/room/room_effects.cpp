// SPDX-License-Identifier: Apache-2.0
// How a room turns the effects of a call to its handler into events.
#include <algorithm>
#include <utility>

#include "actors/room/room.hpp"
#include "config/base/overloaded.hpp"
#include "net/protocol/json/json_text.hpp"
#include "net/protocol/message.hpp"

namespace roost::actors {

using cluster::event_ptr;

namespace {

/// Copies the payload if it would keep a much larger message buffer alive.
void copy_if_wasteful(slice& part) {
  constexpr std::size_t waste_max = 128;
  if (!part.whole || part.whole->size() <= part.size + waste_max) return;
  part = slice::of(bytes_ptr::copy(part.view()));
}

bool is_broadcast(const room_effect& effect) {
  return std::holds_alternative<broadcast_effect>(effect);
}

payload close_payload(const std::string& reason) {
  if (reason.empty()) return json_payload("{}");
  return json_payload(R"({"reason":)" + net::json_quoted(reason) + "}");
}

}  // namespace

/// The answer that the handler chose. If it chose none, the push is answered by its first broadcast
/// (one event for both), or with the position of that if other effects come before it.
events::answer room::answer_push(const cluster::command_id& id, handler_runner::answer&& chosen) {
  if (!rule_.echo) {
    for (auto& each : effects_) {
      if (auto* sent = std::get_if<broadcast_effect>(&each)) sent->skips_sender = true;
    }
  }
  if (chosen && chosen->why != errc::none) {
    return events::refused{id, chosen->why, std::move(chosen->response)};
  }
  if (chosen) return events::done{id, std::move(chosen->response)};
  if (effects_.empty()) return events::done{id};
  if (auto* first = std::get_if<broadcast_effect>(&effects_.front())) {
    auto out = ordered_of(id, std::move(*first));
    out.is_answer = true;
    effects_.erase(effects_.begin());
    return out;
  }
  events::done out{id};
  if (std::ranges::any_of(effects_, is_broadcast)) {
    out.response = json_payload(net::position_json(position_after(out)));
  }
  return out;
}

/// The position of the first event of a push with this answer; without an event, of the last one.
position room::position_after(const answer& given) const {
  const bool has_event =
      std::holds_alternative<events::ordered>(given) || std::ranges::any_of(effects_, is_broadcast);
  return {history_.epoch_text(), offset{history_.head().value + (has_event ? 1 : 0)}};
}

events::ordered room::ordered_of(const cluster::command_id& id, broadcast_effect&& effect) {
  copy_if_wasteful(effect.payload.data);
  return {id, effect.skips_sender, std::move(effect.event), std::move(effect.payload), false};
}

void room::add_ordered(events::ordered&& made, time_point now, std::vector<event_ptr>& out) {
  made.time_ms = wall_clock_();
  auto event = make_event(std::move(made), offset{history_.head().value + 1});
  history_.append(event, now);
  if (durable_) record(*event);
  out.push_back(std::move(event));
}

/// `id`: the cause of the call; {}: a tick.
void room::add_effects(const cluster::command_id& id, time_point now, std::vector<event_ptr>& out) {
  for (auto& effect : effects_) {
    std::visit(
        overloaded{
            [&](broadcast_effect& sent) { add_ordered(ordered_of(id, std::move(sent)), now, out); },
            [&](send_effect& sent) {
              if (!members_.contains(sent.to)) return;
              out.push_back(make_event(events::unicast{sent.to, ++unicasts_, std::move(sent.event),
                                                       std::move(sent.payload)}));
            },
            [&](const kick_effect& kick) {
              if (!remove(kick.member, now)) return;
              out.push_back(
                  make_event(events::kicked{kick.member, ++unicasts_, close_payload(kick.reason)}));
            },
        },
        effect);
  }
  effects_.clear();
  constexpr std::size_t kept_max = 16;
  if (effects_.capacity() > kept_max) effects_ = {};
}

}  // namespace roost::actors
