// SPDX-License-Identifier: Apache-2.0
// node_links: the envelopes that arrive.
#include <utility>

#include "cluster/links/node_links.hpp"
#include "cluster/wire/envelope_codec.hpp"

namespace roost::cluster {

/// Not `none`: the envelope could not be decoded. `future`: it is intact, but of a newer version.
wire::wire_error node_links::deliver(node_id from, slice envelope, time_point now) {
  if (is_attach_notice(envelope)) {
    const auto notice = decode_attach_notice(std::move(envelope));
    if (notice) attaching_.finish(from, notice.value);
    return notice.why;
  }
  auto decoded = wire::take_envelope(envelope);
  if (!decoded) return decoded.why;
  if (envelope.size > 0) return wire::wire_error::malformed;
  if (auto* command = std::get_if<cluster::command>(&decoded.value)) {
    if (is<commands::attach>(*command)) attaching_.hear(from, now);
    deliver(std::move(*command));
  } else {
    deliver(from, std::get<event_ptr>(decoded.value));
  }
  return wire::wire_error::none;
}

/// The room refuses a numbered command that it does not know, so that its edge goes on.
void node_links::deliver(command&& command) {
  if (is<commands::unknown>(command)) {
    ++counts_.unknown;
    if (command.id.number == 0) return;
  }
  const auto owner = uses_.routes.owner_of(uses_.routes.shard_of(command.topic));
  if (settings_.faults.no_epoch_in_commands) command.ownership = owner.ownership;
  if (owner == announced_owner{settings_.me.id, command.ownership}) {
    uses_.handler.command_arrived(std::move(command));
  } else {
    ++counts_.misrouted;
  }
}

void node_links::deliver(node_id from, const event_ptr& event) {
  const auto known = uses_.routes.owner_of(uses_.routes.shard_of(event->topic)).ownership;
  const auto ownership = event->epoch_number.ownership;
  if (ownership > known) {
    ++counts_.unheard;
    node_.break_link(from);
  } else if (ownership > 0 && ownership < known && !settings_.faults.take_old_epochs) {
    ++counts_.stale;
  } else {
    uses_.handler.event_arrived(event);
  }
}

}  // namespace roost::cluster
