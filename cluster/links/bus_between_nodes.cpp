// SPDX-License-Identifier: Apache-2.0
#include "cluster/links/bus_between_nodes.hpp"

#include <utility>

#include "cluster/links/attach_notice_codec.hpp"
#include "cluster/wire/envelope_codec.hpp"

namespace roost::cluster {

result<void> bus_between_nodes::publish(command&& command) {
  const auto owner = routes_.owner_of(routes_.shard_of(command.topic));
  if (faults_.no_epoch_in_commands) command.ownership = owner.ownership;
  if (owner.node == node_id{} || owner.ownership != command.ownership) {
    ++counts_.unowned;
    return errc::unavailable;
  }
  if (owner.node == self_) {
    handler_.command_arrived(std::move(command));
    return {};
  }
  auto data = encoded(command);
  if (data.size == 0) return errc::payload_too_large;
  queue({{owner.node}, std::move(data), {}});
  return {};
}

result<void> bus_between_nodes::publish(const event_ptr& event, std::span<const node_id> nodes) {
  std::vector<node_id> others;
  bool is_for_self = false;
  for (const auto node : nodes) {
    if (node == self_) {
      is_for_self = true;
    } else {
      others.push_back(node);
    }
  }
  auto sent = others.empty() ? result<void>{} : publish_elsewhere(*event, std::move(others));
  if (is_for_self) handler_.event_arrived(event);
  return sent;
}

result<void> bus_between_nodes::publish_elsewhere(const event& event, std::vector<node_id> nodes) {
  auto data = encoded(event);
  if (data.size == 0) {
    // Edges wait for answers, and nobody sends this one again: they must attach again.
    outgoing_.lose(nodes);
    wake_();
    return errc::payload_too_large;
  }
  outgoing_envelope envelope{std::move(nodes), std::move(data), {}};
  if (event.epoch_number.ownership > 0) envelope.room_of = routes_.shard_of(event.topic);
  queue(std::move(envelope));
  return {};
}

void bus_between_nodes::finish_attaching(shard_id shard, std::uint64_t ownership) {
  const auto owner = routes_.owner_of(shard);
  if (owner.node == node_id{} || owner.ownership != ownership) return;
  if (owner.node == self_) {
    routes_.set_own_attached(shard, ownership);
    return wake_();
  }
  queue({{owner.node}, encode(attach_notice{shard, ownership}), {}});
}

template <class Envelope>
slice bus_between_nodes::encoded(const Envelope& envelope) {
  wire::byte_writer out;
  ++counts_.encoded;
  if (wire::encode(envelope, out) && out.size() <= envelope_bytes_max_) {
    // A writer's buffer is larger than its contents, and envelopes may wait long.
    return slice::of(bytes_ptr::copy(out.view()));
  }
  ++counts_.too_large;
  return {};
}

void bus_between_nodes::queue(outgoing_envelope envelope) {
  const auto pushed = outgoing_.push(std::move(envelope));
  if (pushed == outgoing_queue::outcome::queued) return;
  if (pushed == outgoing_queue::outcome::dropped) ++counts_.dropped;
  wake_();
}

}  // namespace roost::cluster
