// SPDX-License-Identifier: Apache-2.0
// The fields of heartbeats in their order on the wire. A later version may add fields only at the
// end of the heartbeat, and must expect that older writers end before them.
#pragma once

#include "cluster/view/heartbeat.hpp"
#include "cluster/wire/envelope_fields.hpp"

namespace roost::cluster {

void fields(auto& io, wire::is_a<heartbeat::owned_shard> auto& x) {
  io(x.shard.value);
  io.fixed(x.ownership);
}
void fields(auto& io, wire::is_a<heartbeat::released_shard> auto& x) {
  io(x.shard.value);
  io.fixed(x.ownership);
  io(x.to);
}
void fields(auto& io, wire::is_a<heartbeat::link_end> auto& x) {
  io(x.peer, x.incarnation, x.peer_incarnation, x.last);
}
void fields(auto& io, wire::is_a<heartbeat> auto& x) {
  io(x.node, x.number);
  io.choice(x.state, node_state::leaving);
  io(x.is_store_answering, x.name, x.version, x.view, x.owned, x.released, x.links);
}

}  // namespace roost::cluster
