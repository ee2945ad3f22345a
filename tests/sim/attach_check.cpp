// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/attach_check.hpp"

#include <string>
#include <variant>

#include "cluster/links/attach_notice_codec.hpp"
#include "cluster/wire/envelope_codec.hpp"

namespace roost::sim {

namespace commands = cluster::commands;

void attach_check::owner_began(node_id node, std::uint64_t ownership) {
  began_.try_emplace({node, ownership}, ++owners_);
}

void attach_check::sent(const cluster::link_frame& frame) {
  auto& over = links_[{frame.from, frame.to}];
  if (over.incarnation != frame.incarnation) over = {frame.incarnation, owners_};
  for (auto each : frame.envelopes) {
    if (cluster::is_attach_notice(each)) continue;
    const auto decoded = cluster::wire::take_envelope(each);
    const auto* command = decoded ? std::get_if<cluster::command>(&decoded.value) : nullptr;
    if (command) sent(over, frame.to, *command);
  }
}

void attach_check::sent(const link& over, node_id to, const cluster::command& command) {
  const auto& edge = command.id.edge;
  const std::tuple key{edge.node, edge.incarnation, command.ownership};
  if (cluster::is<commands::attach>(command) || cluster::is<commands::join>(command)) {
    attached_.insert(key);
  }
  if (!cluster::is<commands::push>(command) || attached_.contains(key)) return;
  const auto owner = began_.find({to, command.ownership});
  if (owner == began_.end() || over.owners_before >= owner->second) return;
  found_.broke(promises::promise::push_order,
               "push " + std::to_string(command.id.number) + " to " + command.topic.name +
                   " goes to node " + std::to_string(to.value) + " before the edge of node " +
                   std::to_string(edge.node.value) + " has attached there");
}

}  // namespace roost::sim
