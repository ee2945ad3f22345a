// SPDX-License-Identifier: Apache-2.0
// How an edge's actor waits for its turn to attach, and sends the edge's commands in pieces.
#include <caf/send.hpp>
#include <utility>

#include "actors/edge/room_edge_actor.hpp"
#include "actors/messages/room_messages.hpp"

namespace roost::actors {

namespace {

bool is_answer_to_query(const cluster::event& event) {
  return cluster::is<events::snapshot>(event) || cluster::is<events::not_found>(event);
}

}  // namespace

/// The answer of a former owner to a query does not count: the edge asks the next owner, and so
/// each answer is of the owner that it names.
void room_edge_actor::take(const cluster::event_ptr& event) {
  cluster::announced_owner owner;
  if (is_answer_to_query(*event)) {
    owner = shared_.bus.owner_of(shard_);
    const bool is_former =
        owner.node == node_id{} || owner.ownership != event->epoch_number.ownership;
    if (is_former && shared_.bus.may_lose()) return;
  }
  const auto* answer = std::get_if<events::attached>(&event->body);
  if (answer && attaching_ && answer->command.edge == edge_.self()) {
    attaching_->commands.part_answered();
    attaching_->answered = home().now();
  }
  edge_.event(event, out_);
  for (auto& each : out_.api_replies) each.owner = owner.node;
  run_effects();
}

/// Asks for a turn. An edge that waits for one at the same owner keeps its place. `is_anew`: at a
/// new owner or after a broken link; else the edge has waited long for an answer.
void room_edge_actor::begin_attach(bool is_anew, std::shared_ptr<const void> round) {
  const auto owner = shared_.bus.owner_of(shard_);
  if (is_anew && !edge_.needs_owner()) {
    end_turn();
    edge_.attach(owner.ownership, home().now(), out_);
    return run_effects();
  }
  if (owner.node == node_id{}) return end_turn();
  const bool is_in_place =
      attaching_ && !attaching_->has_begun && attaching_->owner() == owner.node;
  if (!is_in_place) ask_for_turn(owner.node);
  attaching_->is_anew = attaching_->is_anew || is_anew;
  if (round) attaching_->rounds.push_back(std::move(round));
}

void room_edge_actor::ask_for_turn(node_id owner) {
  auto next = std::make_unique<edge_turn>(address(), ++turns_);
  if (attaching_) {
    next->is_anew = attaching_->is_anew && !attaching_->has_begun;
    next->rounds = std::move(attaching_->rounds);
  }
  end_turn();
  attaching_ = std::move(next);
  const auto bytes = edge_.attach_bytes(paced_commands::piece_bytes_max);
  lifecycle_.pacer().ask(*attaching_, owner, bytes);
}

void room_edge_actor::begin_turn(std::uint32_t number) {
  if (!attaching_ || attaching_->number != number) return;  // it has asked again meanwhile
  const auto owner = shared_.bus.owner_of(shard_);
  // A message about the new owner has come, or will come.
  if (owner.node == node_id{}) return end_turn();
  if (owner.node != attaching_->owner()) return ask_for_turn(owner.node);
  attaching_->has_begun = true;
  attaching_->answered = home().now();
  if (attaching_->is_anew) {
    edge_.attach(owner.ownership, home().now(), out_);
  } else {
    edge_.attach_again(home().now(), out_);
  }
  run_effects();
}

/// Gives way to other edges if the owner has not answered the attach for a second.
void room_edge_actor::check_turn() {
  const bool is_slow = attaching_ && attaching_->has_begun &&
                       home().now() - attaching_->answered >= resend_backoff::first;
  if (!is_slow) return;
  if (!attaching_->commands.empty()) {
    out_.must_attach = true;
  } else {
    end_turn();
  }
}

void room_edge_actor::end_turn() {
  if (!attaching_) return;
  lifecycle_.pacer().end(*attaching_);
  attaching_.reset();
}

/// While the edge attaches, its commands are sent in pieces, in order.
void room_edge_actor::publish_commands() {
  const bool is_paced = attaching_ && attaching_->has_begun;
  auto now = std::exchange(out_.commands, {});
  if (is_paced) {
    attaching_->commands.add(now);
    now = attaching_->commands.take(edge_.first_unanswered());
  }
  for (auto& each : now) (void)shared_.bus.publish(std::move(each));
  if (!is_paced || !attaching_->commands.empty()) return;
  attaching_->rounds.clear();
  if (!edge_.is_attaching()) end_turn();
}

}  // namespace roost::actors
