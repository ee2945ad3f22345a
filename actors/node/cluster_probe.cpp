// SPDX-License-Identifier: Apache-2.0
#include "actors/node/cluster_probe.hpp"

#include <utility>

namespace roost::actors {

using counter = metrics::counter;
using gauge = metrics::gauge;

void cluster_probe::report(const cluster::node_links& links,
                           const cluster::publish_counts& published,
                           const cluster::network_counts& network) {
  next_ = 0;
  report(network);
  report_envelopes(links.undelivered(), published);
  report_links(links.node());
}

/// Each total has its place in `reported_`, because the calls always have the same order.
void cluster_probe::add_all(std::initializer_list<total> totals) {
  for (const auto& each : totals) {
    const auto before = std::exchange(reported_.at(next_++), each.count);
    if (each.count <= before) continue;
    into_.add(each.counter, each.label, static_cast<double>(each.count - before));
  }
}

void cluster_probe::report(const cluster::network_counts& network) {
  add_all({{counter::cluster_frames, "out", network.frames_sent},
           {counter::cluster_frames, "in", network.frames_received},
           {counter::cluster_frame_bytes, "out", network.frame_bytes_sent},
           {counter::cluster_frame_bytes, "in", network.frame_bytes_received},
           {counter::cluster_frames_dropped, "too_large", network.frames_too_large},
           {counter::cluster_frames_dropped, "refused", network.frames_refused},
           {counter::cluster_frames_dropped, "overrun", network.frames_dropped},
           {counter::cluster_frames_dropped, "foreign", network.foreign},
           {counter::cluster_overruns, {}, network.overruns},
           {counter::cluster_heartbeats, "sent", network.heartbeats_sent},
           {counter::cluster_heartbeats, "refused", network.heartbeats_refused},
           {counter::cluster_heartbeats, "received", network.heartbeats_received},
           {counter::cluster_heartbeats, "dropped", network.heartbeats_dropped},
           {counter::cluster_reconnects, "main", network.reconnects},
           {counter::cluster_reconnects, "heartbeats", network.heartbeat_reconnects}});
  into_.set(gauge::cluster_unsent_bytes, static_cast<double>(network.unsent_bytes));
}

void cluster_probe::report_envelopes(const cluster::undelivered_counts& undelivered,
                                     const cluster::publish_counts& published) {
  std::uint64_t undecoded = 0;
  for (const auto& [why, count] : undelivered.undecoded) undecoded += count;
  const auto which = counter::cluster_messages_dropped;
  add_all({{which, "undecoded", undecoded},
           {which, "unknown", undelivered.unknown},
           {which, "misrouted", undelivered.misrouted},
           {which, "stale", undelivered.stale},
           {which, "unheard", undelivered.unheard},
           {which, "skipped", undelivered.skipped},
           {which, "too_large", published.too_large},
           {which, "unowned", published.unowned},
           {which, "overrun", published.dropped}});
}

void cluster_probe::report_links(const cluster::cluster_node& node) {
  const auto& links = node.links();
  const auto& members = node.members().counts();
  const auto others = links.breaks - links.gaps - links.overruns;
  add_all({{counter::cluster_frames_dropped, "late", links.late},
           {counter::cluster_frames_dropped, "duplicate", links.duplicates},
           {counter::cluster_frames_dropped, "stranger", links.strangers},
           {counter::cluster_frames_dropped, "undecoded", node.undecoded()},
           {counter::cluster_link_breaks, "gap", links.gaps},
           {counter::cluster_link_breaks, "overrun", links.overruns},
           {counter::cluster_link_breaks, "other", others},
           {counter::cluster_heartbeats_late, {}, members.late_heartbeats},
           {counter::cluster_freezes, {}, members.freezes}});
  const auto sizes = node.link_sizes_now();
  into_.set(gauge::cluster_nodes, static_cast<double>(node.view().nodes.size()));
  into_.set(gauge::cluster_up, node.members().state() == cluster::node_state::up ? 1 : 0);
  into_.set(gauge::cluster_links, static_cast<double>(sizes.linked));
  into_.set(gauge::cluster_queued_bytes, static_cast<double>(sizes.queued_bytes));
}

void cluster_probe::identity_checked(std::string_view result) {
  into_.add(counter::cluster_identity_checks, result);
}

void cluster_probe::close() {
  for (const auto each : {gauge::cluster_nodes, gauge::cluster_up, gauge::cluster_links,
                          gauge::cluster_queued_bytes, gauge::cluster_unsent_bytes}) {
    into_.set(each, 0);
  }
}

}  // namespace roost::actors
