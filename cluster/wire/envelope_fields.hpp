// SPDX-License-Identifier: Apache-2.0
// The fields of commands and events in their order on the wire. A later version may add fields only
// at the end of a kind, and must accept messages of older writers that end before them.
#pragma once

#include <concepts>
#include <type_traits>

#include "cluster/envelope.hpp"
#include "cluster/wire/kind_lists.hpp"

namespace roost::cluster::wire {

/// `T`, or `const T`: a field_reader fills it, a field_writer reads it.
template <class X, class T>
concept is_a = std::same_as<std::remove_const_t<X>, T>;

void fields(auto& io, is_a<epoch> auto& x) {
  io.fixed(x.ownership);
  io(x.crashes);
}
void fields(auto& io, is_a<position> auto& x) { io(x.epoch, x.at); }
void fields(auto& io, is_a<edge_id> auto& x) { io(x.node, x.incarnation); }
void fields(auto& io, is_a<member_id> auto& x) { io(x.node, x.connection); }
void fields(auto& io, is_a<command_id> auto& x) { io(x.edge, x.number, x.member); }
void fields(auto& io, is_a<relation> auto& x) { io(x.at, x.operation); }
void fields(auto& io, is_a<side_state_cursor> auto& x) {
  io.choice(x.at, side_state_cursor::stage::end);
  io(x.key, x.after, x.until);
}
void fields(auto& io, is_a<side_state_page> auto& x) { io(x.from, x.to, x.entries); }

void fields(auto& io, is_a<commands::join> auto& x) { io(x.user, x.meta, x.resume, x.history); }
void fields(auto&, is_a<commands::leave> auto&) {}
void fields(auto& io, is_a<commands::push> auto& x) {
  io(x.user);
  io.name(x.event);
  io(x.payload, x.idempotency_key);
}
void fields(auto& io, is_a<commands::update_meta> auto& x) { io(x.user, x.meta); }
void fields(auto& io, is_a<commands::mark_read> auto& x) { io(x.user, x.at); }
void fields(auto& io, is_a<commands::fetch> auto& x) { io(x.after, x.wants_side_state); }
void fields(auto& io, is_a<commands::fetch_side_state> auto& x) { io(x.from, x.bytes_max); }
void fields(auto& io, is_a<commands::publish> auto& x) {
  io.name(x.event);
  io(x.payload, x.idempotency_key);
}
void fields(auto& io, is_a<commands::query> auto& x) {
  io(x.since, x.events_max, x.wants_presence);
}
void fields(auto& io, is_a<commands::ephemeral> auto& x) {
  io.name(x.event);
  io(x.payload);
}
void fields(auto& io, is_a<commands::attach::member> auto& x) {
  io(x.connection, x.user, x.meta);
  io.fixed(x.phx_ref);
}
void fields(auto& io, is_a<commands::attach> auto& x) {
  io(x.epoch_number, x.at, x.members, x.undecided, x.part, x.parts);
}
void fields(auto&, is_a<commands::detach> auto&) {}
void fields(auto& io, is_a<command> auto& x) {
  io.name(x.topic.name);
  io.fixed(x.ownership);
  io(x.id, x.answered);
  io.kind(command_kinds{}, x.body);
}

void fields(auto& io, is_a<events::ordered> auto& x) {
  io(x.command, x.skips_origin);
  io.name(x.name);
  io(x.payload, x.is_answer, x.time_ms, x.on);
}
void fields(auto& io, is_a<events::notification> auto& x) {
  io(x.notifications);
  io.name(x.name);
  io(x.payload);
}
void fields(auto& io, is_a<events::resync> auto& x) { io(x.notifications); }
void fields(auto& io, is_a<events::ephemeral> auto& x) {
  io.name(x.name);
  io(x.payload);
}
void fields(auto& io, is_a<events::head> auto& x) { io(x.notifications); }
void fields(auto& io, is_a<events::unicast> auto& x) {
  io(x.to, x.number);
  io.name(x.name);
  io(x.payload);
}
void fields(auto& io, is_a<events::kicked> auto& x) { io(x.member, x.number, x.payload); }
void fields(auto&, is_a<events::crashed> auto&) {}
void fields(auto& io, is_a<events::joined> auto& x) {
  io(x.command, x.at, x.notifications);
  io.ordered_events(x.events);
  io(x.missed, x.recovered, x.side_state);
}
void fields(auto& io, is_a<events::left> auto& x) { io(x.command); }
void fields(auto& io, is_a<events::done> auto& x) { io(x.command, x.response); }
void fields(auto& io, is_a<events::repeated> auto& x) { io(x.command, x.at); }
void fields(auto& io, is_a<events::refused> auto& x) { io(x.command, x.why, x.response); }
void fields(auto& io, is_a<events::page> auto& x) {
  io(x.command, x.notifications, x.after);
  io.ordered_events(x.events);
  io(x.side_state);
}
void fields(auto& io, is_a<events::side_state> auto& x) {
  io(x.command, x.notifications, x.page);
  io.require(x.page != nullptr);
}
void fields(auto& io, is_a<events::snapshot> auto& x) {
  io(x.command, x.members, x.recovered);
  io.ordered_events(x.events);
  io(x.presence);
}
void fields(auto& io, is_a<events::not_found> auto& x) { io(x.command); }
void fields(auto& io, is_a<events::attached> auto& x) {
  io(x.command, x.notifications, x.recovered, x.is_complete);
}
void fields(auto& io, is_a<event> auto& x) {
  io.name(x.topic);
  io(x.epoch_number, x.epoch_text, x.at);
  io.kind(event_kinds{}, x.body);
}

}  // namespace roost::cluster::wire
