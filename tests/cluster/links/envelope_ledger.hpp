// SPDX-License-Identifier: Apache-2.0
// Checks that envelopes between simulated nodes arrive once, in order, and without a silent gap.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "cluster/shard.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster::tests {

enum class envelope_kind : std::uint8_t { command, event };

/// The envelopes of one kind, of one shard, from one node to another.
struct stream_id {
  node_id from;
  node_id to;
  shard_id shard;
  envelope_kind kind{};
  friend auto operator<=>(const stream_id&, const stream_id&) = default;
};

/// An envelope is missing legitimately only if its sender has been told of a break of the link, or
/// of a new owner, between it and the next one that arrives. Owns: what was sent. Runs on: one
/// thread. Ends: any time.
class envelope_ledger {
 public:
  /// A number for the next envelope, which may have several receivers.
  std::uint64_t next_serial() { return ++serial_; }
  void sent(const stream_id& stream, std::uint64_t serial, std::uint64_t ownership) {
    auto& at = streams_[stream];
    const std::pair cause{breaks_[{stream.from, stream.to}], ownership};
    if (at.segment == 0 || at.cause != cause) {
      at.cause = cause;
      ++at.segment;
      at.next = 0;
    }
    at.under_way[serial] = {at.segment, at.next++, cause.first};
  }
  /// The handler of `node` has heard that its link with `peer` broke.
  void broke(node_id node, node_id peer) { ++breaks_[{node, peer}]; }
  /// Empty, or the promise that did not hold.
  std::string arrived(const stream_id& stream, std::uint64_t serial) {
    auto& at = streams_[stream];
    const auto found = at.under_way.find(serial);
    if (found == at.under_way.end()) return "arrives twice, late, or was never sent";
    const auto is = found->second;
    at.under_way.erase(at.under_way.begin(), std::next(found));
    const auto heard = breaks_[{stream.to, stream.from}];
    const bool is_next = is.segment == at.last.segment && is.index == at.last.index + 1;
    const bool is_first = is.segment > at.last.segment && is.index == 0;
    if (!is_next && !is_first) return "arrives behind a gap that its sender does not know of";
    if (is_first && at.last.segment > 0 && is.breaks != at.last.breaks && heard == at.heard) {
      return "arrives behind a gap that its receiver does not know of";
    }
    at.last = is;
    at.heard = heard;
    ++arrivals_;
    return {};
  }
  /// Whether nothing that was sent since the last break or new owner is missing.
  bool has_all(const stream_id& stream) {
    const auto& at = streams_[stream];
    return at.last.segment == at.segment && at.last.index + 1 == at.next;
  }
  std::uint64_t arrivals() const { return arrivals_; }

 private:
  struct place {
    std::uint64_t segment = 0;  ///< 1, 2, … : between breaks and changes of owners
    std::uint64_t index = 0;    ///< 0, 1, … in the segment
    std::uint64_t breaks = 0;   ///< of the sender
  };
  struct stream_state {
    std::pair<std::uint64_t, std::uint64_t> cause;  // breaks, ownership
    std::uint64_t segment = 0;
    std::uint64_t next = 0;
    std::map<std::uint64_t, place> under_way;
    place last;               // that arrived
    std::uint64_t heard = 0;  // breaks of the receiver, then
  };

  std::uint64_t serial_ = 0;
  std::uint64_t arrivals_ = 0;
  std::map<stream_id, stream_state> streams_;
  std::map<std::pair<node_id, node_id>, std::uint64_t> breaks_;
};

}  // namespace roost::cluster::tests
