// SPDX-License-Identifier: Apache-2.0
// The bus of a single node: publish() calls the handler directly.
#pragma once

#include "cluster/bus.hpp"

namespace roost::cluster {

/// A bus without a network. Its node always owns every topic, in one shard with ownership 0, and
/// the handler gets no reports. Owns: nothing. Runs on: any thread; the handler runs inside
/// publish(). Ends: after every publisher has ended. The handler must outlive it.
class bus_in_process final : public bus {
 public:
  bus_in_process(bus_handler& handler, node_id self) : handler_(handler), self_(self) {}
  result<void> publish(command&& command) override;
  result<void> publish(const event_ptr& event, std::span<const node_id> nodes) override;
  shard_id shard_of(const topic&) const override { return {}; }
  std::uint32_t shards() const override { return 1; }
  announced_owner owner_of(shard_id) const override { return {self_, 0}; }
  void finish_attaching(shard_id, std::uint64_t) override {}
  bool is_attaching(shard_id) const override { return false; }
  bool may_lose() const override { return false; }

 private:
  bus_handler& handler_;
  node_id self_;
};

}  // namespace roost::cluster
