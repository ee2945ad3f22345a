// SPDX-License-Identifier: Apache-2.0
#include "cluster/view/node_link.hpp"

#include <utility>

namespace roost::cluster {

namespace {

/// Counts the memory of an envelope, so that many small ones are bounded too.
std::size_t cost_of(const slice& envelope) { return envelope.size + sizeof(slice) + sizeof(bytes); }

}  // namespace

node_link::node_link(node_id me, node_id peer, std::uint64_t& serial, const link_limits& limits,
                     const view_faults& faults, link_counts& counts)
    : me_(me),
      peer_(peer),
      serial_(serial),
      limits_(limits),
      faults_(faults),
      counts_(counts),
      incarnation_(++serial) {}

push_result node_link::push(slice envelope) {
  if (envelope.size > limits_.envelope_bytes_max) return push_result::too_large;
  if (is_broken_) return push_result::broken;
  const auto cost = cost_of(envelope);
  if (queue_bytes_ + cost > limits_.queue_bytes_max) {
    ++counts_.overruns;
    break_now();
    return push_result::overrun;
  }
  queue_bytes_ += cost;
  queue_.push_back(std::move(envelope));
  return push_result::queued;
}

std::optional<link_frame> node_link::flush() {
  const bool sends = is_linked_ && !queue_.empty();
  if (!sends && !must_tell_) return std::nullopt;
  must_tell_ = false;
  link_frame out{me_, peer_, incarnation_, peer_incarnation_, sends ? ++sent_ : 0, {}};
  std::size_t size = 0;
  while (sends && !queue_.empty()) {
    const auto& next = queue_.front();
    const auto encoded_bytes = next.size + sizeof(std::uint32_t);  // with its length in front
    if (!out.envelopes.empty() && size + encoded_bytes > limits_.frame_bytes_max) break;
    size += encoded_bytes;
    queue_bytes_ -= cost_of(next);
    out.envelopes.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return out;
}

std::vector<slice> node_link::receive(link_frame&& frame) {
  if (!belongs(frame.incarnation, frame.peer_incarnation)) {
    if (frame.number > 0) ++counts_.late;
    return {};
  }
  if (frame.number == 0) return {};
  if (frame.number <= received_) {
    ++counts_.duplicates;
    return {};
  }
  if (frame.number != received_ + 1 && !faults_.ignores_gaps) {
    lose_frame();
    return {};
  }
  received_ = frame.number;
  behind_since_.reset();
  return std::move(frame.envelopes);
}

void node_link::hear(const heartbeat::link_end* said, time_point now) {
  if (!said) {
    if (is_linked_) break_now();
    return;
  }
  if (!belongs(said->incarnation, said->peer_incarnation)) return;
  if (said->last <= received_) {
    behind_since_.reset();
  } else if (!behind_since_) {
    behind_since_ = now;
  }
}

void node_link::step(time_point now, milliseconds timeout) {
  if (!behind_since_ || now - *behind_since_ < timeout || faults_.ignores_gaps) return;
  lose_frame();
}

void node_link::lose_frame() {
  ++counts_.gaps;
  break_now();
}

void node_link::break_now() {
  ++counts_.breaks;
  incarnation_ = ++serial_;
  is_linked_ = false;
  must_tell_ = true;
  is_broken_ = true;
  sent_ = received_ = 0;
  behind_since_.reset();
  queue_.clear();
  queue_bytes_ = 0;
}

/// Whether a message of these incarnations of both ends counts. Learns the peer's incarnation.
bool node_link::belongs(std::uint64_t incarnation, std::uint64_t known) {
  if (incarnation < peer_incarnation_) return false;
  if (incarnation > peer_incarnation_) {
    // Until this end is linked it has sent nothing, so it has lost nothing.
    if (is_linked_) break_now();
    peer_incarnation_ = incarnation;
    must_tell_ = true;
  }
  if (known != incarnation_) {
    must_tell_ = true;
    return false;
  }
  is_linked_ = true;
  return true;
}

}  // namespace roost::cluster
