// SPDX-License-Identifier: Apache-2.0
// Broken links and changes of owners on the simulated bus.
#include <algorithm>
#include <utility>

#include "tests/sim/faulty_bus.hpp"

namespace roost::sim {

using cluster::shard_id;

/// Calls a node's handler after a delay, and after the reports before.
void faulty_network::report(std::size_t node, std::function<void()> call) {
  schedule({"report", node}, {node, node, {}, std::move(call), false});
}

void faulty_network::break_link(std::size_t a, std::size_t b) {
  ++breaks_;
  lost_after_ += std::erase_if(in_flight_, [&](const auto& each) {
    const auto& sent = each.second;
    return sent.is_on_link &&
           ((sent.from == a && sent.to == b) || (sent.from == b && sent.to == a));
  });
  for (const auto& [one, other] : {std::pair{a, b}, std::pair{b, a}}) {
    if (!sides_[one].broken.insert(other).second) continue;
    report(one, [this, at = one, to = other] {
      sides_[at].broken.erase(to);
      sides_[at].handler->link_broke(sides_[to].id, false);
    });
  }
}

void faulty_network::leave(std::size_t node) {
  sides_[node].has_left = true;
  for (std::size_t i = 0; i < sides_.size(); ++i) {
    if (i == node) continue;
    report(i, [this, i, node] { sides_[i].handler->link_broke(sides_[node].id, true); });
  }
  for (std::uint32_t i = 0; i < owners_.size(); ++i)
    attached(node, shard_id{i}, owners_[i].ownership);
}

void faulty_network::own(std::size_t node, shard_id shard, std::uint64_t ownership) {
  auto& of = owners_[shard.value];
  of.node = node;
  of.ownership = ownership;
  of.waits_for.clear();
  for (std::size_t i = 0; i < sides_.size(); ++i) {
    if (!sides_[i].has_left) of.waits_for.insert(i);
    const cluster::announced_owner now{sides_[node].id, ownership};
    report(i, [this, i, shard, now] {
      sides_[i].known[shard.value] = now;
      sides_[i].handler->owner_changed(shard, now);
    });
    sides_[i].known_at = std::max(sides_[i].known_at, last_due_[{"report", i}]);
  }
  const auto end = time_.now() + attach_max;
  in_flight_.emplace(std::pair{end, ++serial_}, message{node, node, {}, [this, shard, ownership] {
                                                          for (std::size_t i = 0; i < sides_.size();
                                                               ++i)
                                                            attached(i, shard, ownership);
                                                        }});
}

/// Arrives after the commands that the node has published before.
void faulty_network::finish_attaching(std::size_t node, shard_id shard, std::uint64_t ownership) {
  const auto& of = owners_[shard.value];
  if (of.ownership != ownership || sides_[node].broken.contains(of.node)) return;
  schedule({"finish", node}, {node, of.node, {}, [=, this] { attached(node, shard, ownership); }},
           last_due_from_[node]);
}

void faulty_network::attached(std::size_t node, shard_id shard, std::uint64_t ownership) {
  auto& of = owners_[shard.value];
  if (of.ownership != ownership || of.waits_for.erase(node) == 0 || !of.waits_for.empty()) return;
  report(of.node, [this, at = of.node, shard, ownership] {
    sides_[at].handler->attaching_finished(shard, ownership);
  });
}

}  // namespace roost::sim
