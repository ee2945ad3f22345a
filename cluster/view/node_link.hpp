// SPDX-License-Identifier: Apache-2.0
// One node's end of the link with another node: numbered frames of envelopes, both ways. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "cluster/view/cluster_view.hpp"
#include "cluster/view/heartbeat.hpp"
#include "config/base/bytes.hpp"
#include "config/base/clock.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster {

struct link_limits {
  std::size_t frame_bytes_max = 512U << 10U;      ///< of envelopes; one larger envelope goes alone
  std::size_t envelope_bytes_max = 1020U << 10U;  ///< NATS carries 1 MB in a message by default
  std::size_t queue_bytes_max = 8U << 20U;        ///< of envelopes that wait for one node
};

/// Envelopes from one node to another. `number`: 1, 2, 3, … in an incarnation of the sender's end;
/// 0: no envelopes, it only tells the incarnations.
struct link_frame {
  node_id from;
  node_id to;
  std::uint64_t incarnation = 0;       ///< of the sender's end
  std::uint64_t peer_incarnation = 0;  ///< of the receiver's end, as the sender knows it
  std::uint64_t number = 0;
  std::vector<slice> envelopes;
};

/// Frames that were dropped, and breaks, by cause.
struct link_counts {
  std::uint64_t late = 0;        ///< frames of another incarnation
  std::uint64_t duplicates = 0;  ///< frames that had arrived before
  std::uint64_t strangers = 0;   ///< frames of nodes outside of the view, or to another node
  std::uint64_t gaps = 0;        ///< breaks because a frame is missing
  std::uint64_t overruns = 0;    ///< breaks because the queue was full
  std::uint64_t breaks = 0;      ///< all breaks
};

/// How a push of an envelope ended.
enum class push_result : std::uint8_t {
  queued,
  broken,    ///< dropped: the link broke, and its owner has not learned of it yet
  overrun,   ///< dropped with the whole queue: this breaks the link
  too_large  ///< refused: above link_limits::envelope_bytes_max
};

/// An end that loses something begins a new incarnation, and the other end, when it learns of it,
/// does the same: a link breaks at both ends, and nothing of the old incarnations is accepted. An
/// end is *linked* when the other one knows its present incarnation; until then envelopes wait.
/// Envelopes that are pushed after take_broken() has told a break arrive once and in order, or the
/// link breaks again; those that were pushed before are dropped. Owns: the queue. Runs on: its
/// link_set's thread. Ends: when the node leaves the view.
class node_link {
 public:
  /// `serial` is the node's counter of incarnations, which outlives the link.
  node_link(node_id me, node_id peer, std::uint64_t& serial, const link_limits& limits,
            const view_faults& faults, link_counts& counts);

  push_result push(slice envelope);
  /// The next frame, if there is anything to send.
  std::optional<link_frame> flush();
  /// The envelopes of a frame that counts, in order.
  std::vector<slice> receive(link_frame&& frame);
  /// The peer's end as its heartbeat tells it; null: the peer does not have this node in its view.
  void hear(const heartbeat::link_end* said, time_point now);
  /// Breaks the link if a frame that was announced `timeout` ago is missing still, and nothing
  /// else has arrived since. Heartbeats overtake frames, so a frame may be a little late.
  void step(time_point now, milliseconds timeout);
  /// Begins a new incarnation: nothing that was pushed before is sent any more.
  void break_now();

  /// Whether the link broke since the last call.
  bool take_broken() { return std::exchange(is_broken_, false); }
  bool is_broken() const { return is_broken_; }
  bool is_linked() const { return is_linked_; }
  /// Whether flush() has an envelope to send.
  bool has_unsent() const { return is_linked_ && !queue_.empty(); }
  std::size_t queued_bytes() const { return queue_bytes_; }
  heartbeat::link_end end() const { return {peer_, incarnation_, peer_incarnation_, sent_}; }

 private:
  bool belongs(std::uint64_t incarnation, std::uint64_t known);
  void lose_frame();

  node_id me_;
  node_id peer_;
  std::uint64_t& serial_;
  const link_limits& limits_;
  const view_faults& faults_;
  link_counts& counts_;

  std::uint64_t incarnation_;
  std::uint64_t peer_incarnation_ = 0;
  bool is_linked_ = false;
  bool must_tell_ = true;  // the peer may not know the incarnations
  bool is_broken_ = false;
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  std::optional<time_point> behind_since_;
  std::deque<slice> queue_;
  std::size_t queue_bytes_ = 0;
};

}  // namespace roost::cluster
