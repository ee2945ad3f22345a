// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/frame_network.hpp"

#include <algorithm>

#include "cluster/view/link_frame_codec.hpp"

namespace roost::sim {

/// The network of one process. Owns: its place on the network. Runs on: the simulation's thread.
/// Ends: with its node.
class frame_network::port final : public cluster::node_network {
 public:
  port(frame_network& all, std::size_t node, std::shared_ptr<side> self)
      : all_(all), node_(node), self_(std::move(self)) {}
  void publish_heartbeat(const slice& heartbeat) override {
    for (std::size_t to = 0; to < all_.nodes_.size(); ++to) {
      all_.send({node_, to, all_.nodes_[to].now, heartbeat, std::nullopt});
    }
  }
  bool is_writable() const override { return all_.nodes_[node_].has_frames; }
  bool send_frame(node_id to, const slice& frame) override {
    if (!is_writable()) return false;
    const auto sent = cluster::decode_link_frame(frame).value;
    const auto header = link_check::header_of(sent);
    all_.links_.sent(header);
    all_.attaches_.sent(sent);
    for (std::size_t i = 0; i < all_.nodes_.size(); ++i) {
      const auto receiver = all_.nodes_[i].now.lock();
      if (receiver && receiver->self == to) all_.send({node_, i, receiver, frame, header});
    }
    return true;
  }

 private:
  frame_network& all_;
  std::size_t node_;
  std::shared_ptr<side> self_;
};

frame_network::frame_network(const tests::virtual_time& time, dice random, const bus_faults& faults,
                             std::size_t nodes, promises::findings& found)
    : time_(time),
      random_(random),
      faults_(faults),
      nodes_(nodes),
      links_(found),
      attaches_(found) {}

std::unique_ptr<cluster::node_network> frame_network::join(std::size_t node, node_id self,
                                                           net::loop& home,
                                                           cluster::network_handler& handler) {
  auto place = std::make_shared<side>(side{self, &home, &handler});
  nodes_[node] = {place, true, true};
  return std::make_unique<port>(*this, node, std::move(place));
}

bool frame_network::is_cut(std::size_t from, std::size_t to) const {
  const auto at = is_cut_.find({from, to});
  return at != is_cut_.end() && at->second;
}

void frame_network::set_connected(std::size_t node, bool is_connected, bool heartbeats) {
  auto& at = nodes_[node];
  at.has_heartbeats = is_connected || !heartbeats;
  if (std::exchange(at.has_frames, is_connected) == is_connected) return;
  const auto place = at.now.lock();
  if (!place) return;
  place->home->post([handler = place->handler, is_connected] {
    is_connected ? handler->connection_back() : handler->connection_lost();
  });
}

bool frame_network::works(std::size_t node, bool is_heartbeat) const {
  return is_heartbeat ? nodes_[node].has_heartbeats : nodes_[node].has_frames;
}

void frame_network::send(const message& sent) {
  if (!works(sent.from, sent.is_heartbeat())) return;
  if (is_cut(sent.from, sent.to)) {
    ++cut_off_;
    return;
  }
  if (random_.chance(faults_.loss_permille)) {
    ++lost_;
    return;
  }
  carry(sent);
  if (!random_.chance(faults_.duplicates_permille)) return;
  ++duplicated_;
  carry(sent);
}

void frame_network::carry(const message& sent) {
  auto delay_us = random_.between(0, static_cast<std::uint64_t>(faults_.delay_max.count()));
  if (random_.chance(faults_.late_permille)) {
    delay_us *= 100;
    ++late_;
  }
  auto due = time_.now() + std::chrono::microseconds(delay_us);
  if (!sent.is_heartbeat()) {
    auto& last = last_due_[{sent.from, sent.to}];
    due = last = std::max(last, due);
  }
  in_flight_.emplace(std::pair{due, ++serial_}, sent);
}

bool frame_network::deliver_one() {
  if (next_due() > time_.now()) return false;
  const auto sent = std::move(in_flight_.extract(in_flight_.begin()).mapped());
  const auto to = sent.receiver.lock();
  if (!to || !works(sent.to, sent.is_heartbeat())) return true;
  to->home->post(
      [this, home = to->home, handler = to->handler, data = sent.data, frame = sent.frame] {
        if (!frame) return handler->heartbeat_arrived(data, home->now());
        handler->frame_arrived(data, home->now());
        links_.taken(*frame);
      });
  return true;
}

time_point frame_network::next_due() const {
  return in_flight_.empty() ? time_point::max() : in_flight_.begin()->first.first;
}

void frame_network::heal() {
  faults_ = {};
  is_cut_.clear();
  for (std::size_t i = 0; i < nodes_.size(); ++i) set_connected(i, true);
  // Keep the order in which the messages would have arrived.
  const auto soon = time_.now() + faults_.delay_max;
  decltype(in_flight_) sooner;
  for (auto& [key, sent] : in_flight_) {
    sooner.emplace(std::pair{std::min(key.first, soon), ++serial_}, std::move(sent));
  }
  in_flight_ = std::move(sooner);
  for (auto& [path, last] : last_due_) last = std::min(last, soon);
}

}  // namespace roost::sim
