// SPDX-License-Identifier: Apache-2.0
// The fields of log entries and snapshots in their order on the wire; see envelope_fields.hpp.
#pragma once

#include "cluster/log/room_snapshot.hpp"
#include "cluster/log/shard_barrier.hpp"
#include "cluster/log/snapshot_parts.hpp"
#include "cluster/log/store_identity.hpp"
#include "cluster/wire/envelope_fields.hpp"

namespace roost::cluster::wire {

void fields(auto& io, is_a<kept::pushed> auto& x) { io(x.at); }
void fields(auto& io, is_a<kept::joined> auto& x) { io(x.at); }
void fields(auto&, is_a<kept::left> auto&) {}
void fields(auto& io, is_a<kept::done> auto& x) { io(x.response); }
void fields(auto& io, is_a<kept::refused> auto& x) { io(x.why, x.response); }
void fields(auto& io, is_a<numbered_answer> auto& x) {
  io(x.number);
  io.kind(answer_kinds{}, x.given);
}

void fields(auto& io, is_a<room_epoch> auto& x) {
  io.fixed(x.ownership);
  io(x.crashes, x.text);
}
void fields(auto& io, is_a<log_id> auto& x) {
  io(x.number);
  io.fixed(x.random);
}
void fields(auto& io, is_a<records::ordered> auto& x) {
  io.name(x.name);
  io(x.payload, x.user, x.idempotency_key, x.is_of_api, x.skips_origin, x.is_answer, x.on);
}
void fields(auto& io, is_a<records::receipts::mark> auto& x) { io(x.user, x.at); }
void fields(auto& io, is_a<records::receipts> auto& x) { io(x.marks); }
void fields(auto&, is_a<records::crashed> auto&) {}
void fields(auto&, is_a<records::removed> auto&) {}
void fields(auto& io, is_a<log_record> auto& x) {
  io.sized([&] {
    io.name(x.topic.name);
    io(x.of, x.at, x.time_ms, x.command, x.answered, x.answers);
    io.kind(record_kinds{}, x.body);
  });
}

void fields(auto& io, is_a<log_entries::marker> auto& x) { io(x.text); }
void fields(auto& io, is_a<log_entries::batch> auto& x) { io(x.records); }
void fields(auto& io, is_a<log_entries::epochs::entry> auto& x) {
  io.fixed(x.ownership);
  io(x.text);
}
void fields(auto& io, is_a<log_entries::epochs> auto& x) { io(x.all); }
void fields(auto& io, is_a<log_entries::release> auto& x) { io(x.to); }
void fields(auto& io, is_a<log_entry> auto& x) {
  io(x.log, x.node);
  io.fixed(x.ownership);
  io(x.number);
  io.kind(log_entry_kinds{}, x.body);
}

void fields(auto& io, is_a<shard_barrier> auto& x) { io.fixed(x.ownership); }
void fields(auto& io, is_a<siphash_key> auto& x) {
  io.fixed(x.k0);
  io.fixed(x.k1);
}
void fields(auto& io, is_a<store_identity> auto& x) {
  io(x.oldest_version, x.shards, x.key);
  io.added([&] { io(x.cluster); });
}
void fields(auto& io, is_a<room_snapshot::epoch_start> auto& x) { io(x.of, x.first); }
void fields(auto& io, is_a<room_snapshot::held_event> auto& x) {
  io.sized([&] { io(x.at, x.body); });
}
void fields(auto& io, is_a<room_snapshot::edge> auto& x) { io(x.id, x.last, x.answers); }
void fields(auto& io, is_a<room_snapshot::idempotency_key> auto& x) { io(x.scoped_key, x.at); }
/// The fields that a listing of the snapshots shows.
void first_fields(auto& io, is_a<room_snapshot> auto& x) {
  io.name(x.topic.name);
  io(x.touched_ms, x.is_empty, x.log, x.covered, x.epochs);
}
void fields(auto& io, is_a<room_snapshot> auto& x) {
  first_fields(io, x);
  io(x.head, x.history, x.edges, x.keys, x.receipts, x.handler_state);
}
void fields(auto& io, is_a<snapshot_parts> auto& x) {
  io.fixed(x.names.ownership);
  io(x.names.number, x.first, x.sizes);
  io.require(!x.sizes.empty() && x.sizes.size() <= snapshot_parts_max);
  io.fixed(x.checksum);
}
void fields(auto& io, is_a<parted_snapshot> auto& x) {
  first_fields(io, x.beginning);
  io(x.parts);
}

}  // namespace roost::cluster::wire
