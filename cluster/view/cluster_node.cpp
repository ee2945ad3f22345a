// SPDX-License-Identifier: Apache-2.0
#include "cluster/view/cluster_node.hpp"

#include <utility>

#include "cluster/view/heartbeat_codec.hpp"
#include "cluster/view/link_frame_codec.hpp"
#include "cluster/wire/byte_writer.hpp"

namespace roost::cluster {

namespace {

template <class Message>
slice encoded(const Message& message) {
  wire::byte_writer out;
  return encode(message, out) ? out.take() : slice{};
}

}  // namespace

void cluster_node::hear(const slice& heartbeat, time_point now) {
  const auto heard = decode_heartbeat(heartbeat);
  if (!heard) {
    ++undecoded_[heard.why];
    return;
  }
  if (!members_.hear(heard.value, now) || heard.value.node == me_) return;
  owners_.hear(heard.value);
  links_.hear(heard.value, now);
}

received_envelopes cluster_node::receive(const slice& frame) {
  auto decoded = decode_link_frame(frame);
  if (!decoded) {
    ++undecoded_[decoded.why];
    return {};
  }
  const auto from = decoded.value.from;
  return {from, links_.receive(std::move(decoded.value))};
}

bool cluster_node::take(shard_id shard, std::uint64_t ownership) {
  members_.announce();
  return owners_.take(shard, ownership);
}

void cluster_node::drop(shard_id shard) {
  members_.announce();
  owners_.drop(shard);
}

void cluster_node::release(shard_id shard, std::uint64_t ownership, node_id to) {
  members_.announce();
  owners_.release(shard, ownership, to);
}

node_effects cluster_node::step(time_point now, std::span<const shard_id> dropped) {
  const auto decided = members_.step(now);
  node_effects out;
  out.name_holder = decided.name_holder;
  out.must_verify = decided.must_verify;
  out.asks_store = decided.asks_store;
  out.has_view_changed = view().generation != std::exchange(generation_, view().generation);
  if (out.has_view_changed) {
    owners_.use(view());
    links_.use(view());
  }
  links_.step(now, times_.gone);
  out.owners = owners_.take_changes();
  out.greater = owners_.take_greater();
  if (decided.is_heartbeat_due) {
    auto next = members_.next_heartbeat(now);
    owners_.announce_in(next);
    links_.announce_in(next);
    out.heartbeat = encoded(next);
  }
  out.plan = plan_shards(
      {me_, &view(), &owners_, !members_.is_frozen(), members_.may_take(now), dropped, faults_});
  return out;
}

link_effects cluster_node::flush() {
  // Frames of a link that broke are of its new incarnation.
  link_effects out{links_.take_broken(), {}, false};
  for (const auto& frame : links_.flush()) out.frames.push_back({frame.to, encoded(frame)});
  out.has_more = links_.has_unsent();
  return out;
}

}  // namespace roost::cluster
