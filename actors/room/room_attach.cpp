// SPDX-License-Identifier: Apache-2.0
// The edges of a room: which nodes get its events, and how they attach to a new owner.
#include <algorithm>
#include <utility>

#include "actors/room/member_name.hpp"
#include "actors/room/room.hpp"
#include "config/base/overloaded.hpp"

namespace roost::actors {

using cluster::event_ptr;

namespace {

/// The only node that gets the event; none: all attached nodes.
std::optional<node_id> receiver_of(const cluster::event& event) {
  using out = std::optional<node_id>;
  return std::visit(overloaded{
                        [](const events::ordered&) { return out{}; },
                        [](const events::unicast& sent) { return out{sent.to.node}; },
                        [](const events::kicked& kicked) { return out{kicked.member.node}; },
                        [](const auto& kind) {
                          if constexpr (requires { kind.command; }) {
                            return out{kind.command.edge.node};
                          } else {
                            return out{};
                          }
                        },
                    },
                    event.body);
}

}  // namespace

bool room::is_attached(node_id node) const {
  return std::ranges::find(attached_, node) != attached_.end();
}

bool room::must_attach(const cluster::command& command) const {
  if (cluster::is<commands::query>(command)) return false;  // its number counts nothing
  if (faults_ && faults_->take_before_attach) return false;
  return deduper_.may_repeat() && command.id.number > 1 && !is_attached(command.id.edge.node);
}

std::span<const node_id> room::receivers(const cluster::event& event, node_id& one) const {
  if (const auto only = receiver_of(event)) {
    one = *only;
    return {&one, 1};
  }
  return {attached_.data(), attached_.size()};
}

event_ptr room::pass_on(const commands::ephemeral& request) const {
  return make_event(events::ephemeral{request.event, request.payload});
}

std::vector<node_id> room::others(node_id sender) const {
  std::vector<node_id> out(attached_.begin(), attached_.end());
  std::erase(out, sender);
  return out;
}

/// An edge attaches with its first command, and an older incarnation of its node's edge ends.
void room::begin_incarnation(const cluster::edge_id& edge, time_point now,
                             std::vector<event_ptr>& out) {
  if (deduper_.is_older(edge)) return;
  if (deduper_.is_newer(edge)) {
    remove_members(edge.node, now, out, [](const auto&) { return false; });
  }
  if (!is_attached(edge.node)) attached_.push_back(edge.node);
}

/// The members of a node leave, except those that `keeps` keeps.
template <class Keeps>
void room::remove_members(node_id node, time_point now, std::vector<event_ptr>& out, Keeps keeps) {
  std::vector<cluster::member_id> leavers;
  for (const auto& each : members_) {
    if (each.node == node && !keeps(each)) leavers.push_back(each);
  }
  std::ranges::sort(leavers, {}, [](const auto& each) { return each.connection; });
  for (const auto& each : leavers) leave(each, now);
  if (!effects_.empty()) add_effects({}, now, out);
}

/// Adds a part of an attach to the parts before it. False: one is missing.
bool room::collect(node_id node, const commands::attach& request) {
  const auto of = [node](const partial_attach& each) { return each.node == node; };
  if (request.part == 0) {
    std::erase_if(attaching_, of);
    attaching_.push_back({.node = node, .is_continued = continues(request)});
  }
  const auto found = std::ranges::find_if(attaching_, of);
  if (found == attaching_.end() || found->parts != request.part) return false;
  found->members.insert(found->members.end(), request.members.begin(), request.members.end());
  found->undecided.insert(found->undecided.end(), request.undecided.begin(),
                          request.undecided.end());
  ++found->parts;
  return true;
}

/// Whether the edge can get every event after its position, and the room has not crashed since: a
/// crash ends all members.
bool room::continues(const commands::attach& request) const {
  if (request.epoch_number == epoch{} || (faults_ && faults_->keep_position)) return true;
  const auto current = history_.current();
  const bool has_crashed = request.epoch_number.ownership == current.ownership &&
                           request.epoch_number.crashes != current.crashes;
  return !has_crashed && history_.recovers(request.epoch_number, request.at);
}

void room::take(const cluster::command& command, const commands::attach& request, time_point now,
                std::vector<event_ptr>& out) {
  const auto node = command.id.edge.node;
  const bool was_attached = is_attached(node);
  begin_incarnation(command.id.edge, now, out);
  if (!deduper_.acknowledge(command, now)) return;
  const bool is_collected = collect(node, request);
  if (!is_collected || request.part + 1 < request.parts) {
    // Until the last part has come, the room does not know the members that send commands.
    if (!was_attached) forget_edge(node);
    if (!is_collected) return;
    return out.push_back(make_event(events::attached{.command = command.id, .is_complete = false}));
  }
  const auto of = std::ranges::find(attaching_, node, &partial_attach::node);
  const auto all = std::move(*of);
  attaching_.erase(of);
  if (attaching_.empty()) attaching_.shrink_to_fit();
  attach_members(node, all, now, out);
  out.push_back(make_event(events::attached{command.id, notifications_, all.is_continued}));
}

/// The members of the edge are now these, or none of them if the edge lost the room. Commands that
/// follow decide about the undecided ones. If the handler refuses a member, its channel ends.
void room::attach_members(node_id node, const partial_attach& of, time_point now,
                          std::vector<event_ptr>& out) {
  boost::unordered_flat_set<std::uint64_t> kept;
  for (const auto each : of.undecided) kept.insert(each.value);
  const auto members = of.is_continued ? std::span(of.members) : std::span(of.members).first(0);
  for (const auto& each : members) kept.insert(each.connection.value);
  remove_members(node, now, out,
                 [&](const auto& each) { return kept.contains(each.connection.value); });
  for (const auto& each : members) {
    const cluster::member_id id{node, each.connection};
    if (members_.contains(id)) continue;
    auto chosen = runner_.join(id, each.user, each.meta.data.view(), now, effects_);
    if (chosen && chosen->why != errc::none) {
      out.push_back(make_event(events::kicked{id, ++unicasts_, json_payload("{}")}));
      continue;
    }
    members_.insert(id);
    presence_.join(id, name_of_sender(id, each.user), each.meta.data.view(), each.phx_ref, now);
    if (!effects_.empty()) add_effects({}, now, out);
  }
}

/// A node has no edge: it gets no more events. `command` names the newest incarnation that the node
/// has used, because a newer edge may have attached since.
void room::detach(const cluster::command& command, time_point now, std::vector<event_ptr>& out) {
  const auto& edge = command.id.edge;
  if (deduper_.is_older(edge)) return;
  node_left(edge.node, now, out);
}

void room::forget_edge(node_id node) {
  attached_.erase(std::remove(attached_.begin(), attached_.end(), node), attached_.end());
}

void room::node_left(node_id node, time_point now, std::vector<event_ptr>& out) {
  forget_edge(node);
  // The edge may still wait for the answers to joins: it resends them when it attaches again.
  deduper_.expect_repeats(node);
  std::erase_if(attaching_, [node](const partial_attach& each) { return each.node == node; });
  remove_members(node, now, out, [](const auto&) { return false; });
}

void room::begin_attaching() {
  is_attaching_ = true;
  history_.keep_all(true);
}

/// Members that this owner has never known may have left. So the head's count includes a
/// notification that was not sent, and the edges fetch the side state.
void room::attaching_finished(time_point now, std::vector<event_ptr>& out) {
  if (!std::exchange(is_attaching_, false)) return;
  keep_all(false, now);
  presence_.forget_changes();
  ++notifications_;
  out.push_back(make_event(events::head{notifications_}));
}

}  // namespace roost::actors
