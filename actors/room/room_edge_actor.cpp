#include "actors/room/room_edge_actor.hpp"

#include <caf/send.hpp>
#include <utility>

namespace roost::actors {

room_edge_actor::room_edge_actor(caf::actor_config& cfg, node_context& node, topic where,
                                 std::uint64_t incarnation)
    : pinned(cfg),
      node_(node),
      edge_(std::move(where), {node.self, incarnation}),
      deliveries_(node.fan_outs.size()) {}

caf::behavior room_edge_actor::make_behavior() {
  node_.bus->subscribe(edge_.where());
  return {
      [this](edge_request& what) {
        edge_.request(std::move(what), out_);
        carry_out();
      },
      [this](const cluster::event& what) {
        edge_.event(what, out_);
        carry_out();
      },
      [this](edge_retired) { end(); },
      [this](end_now) { end(); },
  };
}

void room_edge_actor::carry_out() {
  for (const auto& each : out_.commands) (void)node_.bus->publish(each);
  for (auto& each : out_.directs) {
    deliveries_[loop_of(each.to).value].directs.push_back(std::move(each));
  }
  if (out_.has_broadcast) {
    const auto& attached = edge_.attached_by_loop();
    for (std::size_t loop = 0; loop < attached.size(); ++loop) {
      if (attached[loop] == 0) continue;
      auto& what = deliveries_[loop];
      what.has_broadcast = true;
      what.frames = out_.frames;
      what.except = out_.except;
    }
  }
  for (std::size_t loop = 0; loop < deliveries_.size(); ++loop) {
    auto& what = deliveries_[loop];
    if (what.directs.empty() && !what.has_broadcast) continue;
    what.roster = edge_.self().incarnation;
    for (const auto& each : what.directs) {
      if (each.action == direct::then::end) what.where = edge_.where();
    }
    caf::anon_send(node_.fan_outs[loop], std::exchange(what, delivery{}));
  }
  auto& probe = node_.probe;
  if (out_.joins_ok) probe.add(metrics::counter::joins, "ok", out_.joins_ok);
  if (out_.joins_refused) probe.add(metrics::counter::joins, "error", out_.joins_refused);
  for (auto why : out_.pushes_refused) {
    probe.add(metrics::counter::pushes_refused, row_of(why).name);
  }
  if (out_.has_broadcast) {
    double formats = 0;
    for (const auto& each : out_.frames) formats += each ? 1 : 0;
    probe.add(metrics::counter::encodes, formats);
  }
  out_.clear();
}

void room_edge_actor::end() {
  node_.bus->unsubscribe(edge_.where());
  quit();
}

}  // namespace roost::actors
