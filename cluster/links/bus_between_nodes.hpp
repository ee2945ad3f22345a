// SPDX-License-Identifier: Apache-2.0
// The bus of a node in a cluster: envelopes for this node go straight to it, others to its links.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "cluster/bus.hpp"
#include "cluster/links/outgoing_queue.hpp"
#include "cluster/links/shard_routes.hpp"
#include "cluster/view/view_faults.hpp"
#include "cluster/wire/byte_writer.hpp"

namespace roost::cluster {

/// Counts the envelopes that were published. Any thread may read it.
struct publish_counts {
  std::atomic<std::uint64_t> encoded{0};    ///< envelopes, each once for all its nodes
  std::atomic<std::uint64_t> too_large{0};  ///< refused
  std::atomic<std::uint64_t> unowned{0};    ///< commands that named no announced ownership
  std::atomic<std::uint64_t> dropped{0};    ///< because the queue was full
};

/// node_links takes what it queues, and calls the same handler on its own thread. Owns: its counts.
/// Runs on: any thread; what is for this node is handled inside publish(). Ends: after every
/// publisher. Everything that it was made with must outlive it.
class bus_between_nodes final : public bus {
 public:
  /// `wake` lets the thread of the links run; called on any thread. `envelope_bytes_max`: see
  /// link_limits.
  bus_between_nodes(node_id self, std::size_t envelope_bytes_max, bus_handler& handler,
                    shard_routes& routes, outgoing_queue& outgoing, std::function<void()> wake,
                    const view_faults& faults = {})
      : self_(self),
        envelope_bytes_max_(envelope_bytes_max),
        handler_(handler),
        routes_(routes),
        outgoing_(outgoing),
        wake_(std::move(wake)),
        faults_(faults) {}

  result<void> publish(command&& command) override;
  result<void> publish(const event_ptr& event, std::span<const node_id> nodes) override;
  shard_id shard_of(const topic& topic) const override { return routes_.shard_of(topic); }
  std::uint32_t shards() const override { return routes_.shards(); }
  announced_owner owner_of(shard_id shard) const override { return routes_.owner_of(shard); }
  void finish_attaching(shard_id shard, std::uint64_t ownership) override;
  bool is_attaching(shard_id shard) const override { return routes_.is_attaching(shard); }
  bool may_lose() const override { return true; }

  const publish_counts& counts() const { return counts_; }

 private:
  result<void> publish_elsewhere(const event& event, std::vector<node_id> nodes);
  /// Empty: the envelope is too large.
  template <class Envelope>
  slice encoded(const Envelope& envelope);
  void queue(outgoing_envelope envelope);

  node_id self_;
  std::size_t envelope_bytes_max_;
  bus_handler& handler_;
  shard_routes& routes_;
  outgoing_queue& outgoing_;
  std::function<void()> wake_;
  const view_faults faults_;
  publish_counts counts_;
};

}  // namespace roost::cluster
