// SPDX-License-Identifier: Apache-2.0
// The side of the bus that one thread owns: membership, links, and the moves of shards.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "cluster/bus.hpp"
#include "cluster/links/attach_tracker.hpp"
#include "cluster/links/node_network.hpp"
#include "cluster/links/outgoing_queue.hpp"
#include "cluster/links/shard_host.hpp"
#include "cluster/links/shard_routes.hpp"
#include "cluster/links/unverified_events.hpp"
#include "cluster/view/cluster_node.hpp"

namespace roost::cluster {

struct link_settings {
  node_identity me;
  view_times times;
  link_limits limits;
  view_faults faults;  ///< for tests
  std::size_t unverified_bytes_max = 16U << 20U;
};

/// The objects that the links use. All must outlive them.
struct link_dependencies {
  node_network& network;
  shard_host& host;
  bus_handler& handler;
  shard_routes& routes;
  outgoing_queue& outgoing;
};

/// The outcome of run(). The owner of the links acts on it.
struct link_status {
  /// Another living node with this name: end the process; the links do nothing any more. 0: none.
  node_id name_holder;
  bool has_view_changed = false;  ///< since the last run()
  bool may_end = false;           ///< this node leaves and has no shard any more
  time_point run_again;           ///< at the latest
};

/// Envelopes and frames that did not get through, by cause.
struct undelivered_counts {
  std::map<wire::wire_error, std::uint64_t> undecoded;  ///< each breaks its link
  std::uint64_t unknown = 0;         ///< of a kind, a format or a version newer than this node's
  std::uint64_t misrouted = 0;       ///< commands for an ownership that this node does not announce
  std::uint64_t stale = 0;           ///< events of an older owner than the newest known
  std::uint64_t unheard = 0;         ///< events of an owner that was not announced; breaks its link
  std::uint64_t skipped = 0;         ///< envelopes to nodes outside of the view
  std::uint64_t overruns = 0;        ///< links that broke because the queue of the bus was full
  std::uint64_t refused_frames = 0;  ///< by the network; each breaks its link
};

/// The last message of a shard's log when its node stops serving the shard.
enum class log_end : std::uint8_t {
  perhaps_mine,  ///< this node's marker, or nobody knows: an append has no answer
  of_another
};

/// Owns: this node's membership and links. Runs on: one thread. Its loop calls run() in each
/// iteration in which something arrived or was published, and at the time that run() returned;
/// everything arrives and is reported on this thread, and the handler is called on it. Ends: any
/// time, after the loop.
class node_links final : public network_handler {
 public:
  node_links(const link_settings& settings, const link_dependencies& uses, time_point now);

  /// Decides what is due, asks the host for moves, reports to the handler, and sends one frame to
  /// each node at most.
  link_status run(time_point now);

  void heartbeat_arrived(const slice& heartbeat, time_point now) override;
  void frame_arrived(const slice& frame, time_point now) override;
  void connection_lost() override;
  void connection_back() override;
  void became_writable() override {}  // run() sends what waits

  // Reports of the shard_host. The handler hears of the change at once, before anything of the
  // shard is published; run() is called soon after.
  /// This node's marker is the last of the log, and it serves the shard. False: a greater ownership
  /// is known, so the log lost its end; append a marker above that one (owner_of() of the bus).
  bool taken(shard_id shard, std::uint64_t ownership);
  /// This node does not serve the shard, or its take-over has failed.
  void dropped(shard_id shard, log_end end);
  /// The log ends with a release of this ownership, which this node wrote, or which refuses its
  /// take-over (may_take_behind()).
  void released(shard_id shard, std::uint64_t ownership, node_id to);
  /// This node's marker is still the last of the log.
  void verified(shard_id shard);
  void store_answered(time_point now) { node_.store_answered(now); }

  /// Begins to give the shards away; there is no way back.
  void leave();

  const cluster_node& node() const { return node_; }
  const undelivered_counts& undelivered() const { return counts_; }

 private:
  void step(time_point now);
  void begin_verification();
  void report_owners(const std::vector<owner_change>& changes);
  void report_attached(time_point now);
  void report_break(node_id peer);
  void push_outgoing();
  void push(const outgoing_envelope& envelope);
  void lose(const std::vector<node_id>& to);
  void flush();
  wire::wire_error deliver(node_id from, slice envelope, time_point now);
  void deliver(command&& command);
  void deliver(node_id from, const event_ptr& event);

  link_settings settings_;
  link_dependencies uses_;
  cluster_node node_;
  attach_tracker attaching_;
  unverified_events unverified_;
  std::vector<shard_id> dropped_;  // see plan_input::dropped
  link_status status_;
  undelivered_counts counts_;
  bool is_connected_ = true;
  bool is_due_ = true;  // something has changed since the last step
  bool has_more_ = false;
  time_point next_heartbeat_;
  time_point next_step_;
};

}  // namespace roost::cluster
