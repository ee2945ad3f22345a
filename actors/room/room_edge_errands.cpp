// How an edge handles the server API: a publish takes the path of a push, so order, deduplication
// and resending work the same; a query (look) is outside of the order.
#include <algorithm>
#include <utility>

#include "actors/room/room_edge.hpp"

namespace roost::actors {

using cluster::command;

namespace {

/// "join_crashed" means nothing to the API: a publish that crashed the room is "unavailable".
errc reason_for_owner(errc why) { return why == errc::join_crashed ? errc::unavailable : why; }

}  // namespace

void room_edge::publish(edge_request asked, edge_effects& out) {
  const auto ticket = asked.errand->ticket;
  const bool is_binary = asked.body.kind == net::payload_kind::binary;
  const auto why = plan_->check(asked.event, asked.body.data.view(), is_binary);
  if (why != errc::none) {
    out.errands.push_back({ticket, why});
    return;
  }
  if (plan_->is_ephemeral(asked.event)) {
    out.events.push_back(ephemeral_of(std::move(asked)));
    out.errands.push_back({ticket});
    return;
  }
  auto once = asked.errand->once.empty() ? once_of(asked) : asked.errand->once;
  edge_entry about{std::move(asked)};
  ask(command::kind::publish, std::move(about), out, std::move(once));
}

void room_edge::answer_publish(const edge_entry& to, const cluster::event& what,
                               edge_effects& out) {
  errand_done done{to.asked.errand->ticket};
  if (what.what == cluster::event::kind::refused) {
    done.why = reason_for_owner(what.why);
  } else {
    if (what.what == cluster::event::kind::repeated) ++out.repeated;
    done.at = cluster::place{what.epoch_text, what.at};
  }
  out.errands.push_back(std::move(done));
}

void room_edge::look(const errand& what, edge_effects& out) {
  auto question = queue_.question(command::kind::look, {});
  question.number = what.ticket;
  question.from_place = what.since;
  if (what.events_max != 0) question.history = what.events_max;
  question.wants_told = what.wants_presence;
  looks_.push_back(question);
  out.commands.push_back(std::move(question));
}

void room_edge::take_seen(const cluster::event_ptr& what, edge_effects& out) {
  if (!is_mine(*what)) return;
  const auto found = std::ranges::find(looks_, what->number, &command::number);
  if (found == looks_.end()) return;  // a duplicate answer
  looks_.erase(found);
  out.errands.push_back({what->number, what->why, {}, what});
}

/// Resends all unanswered queries: a query changes nothing, so it is idempotent.
void room_edge::look_again(edge_effects& out) {
  out.commands.insert(out.commands.end(), looks_.begin(), looks_.end());
}

}  // namespace roost::actors
