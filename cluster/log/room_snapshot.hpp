// SPDX-License-Identifier: Apache-2.0
// The stored state of a room, which covers the records of its shard's log up to a sequence.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cluster/event.hpp"
#include "cluster/log/log_record.hpp"
#include "cluster/log/store_result.hpp"

namespace roost::cluster {

/// Everything of a room that outlives its owner. Members and presence do not: edges attach with
/// them again. Ages do not either, because the clocks of nodes differ: a loaded room counts them
/// anew.
struct room_snapshot {
  struct epoch_start {
    room_epoch of;
    offset first;
  };
  /// An ordered event in the history.
  struct held_event {
    offset at;
    events::ordered body;
  };
  struct edge {
    edge_id id;
    std::uint64_t last = 0;                ///< number of its last applied command
    std::vector<numbered_answer> answers;  ///< those that it has not acknowledged, by number
  };
  struct idempotency_key {
    std::string scoped_key;  ///< with its scope (idempotency.hpp)
    position at;
  };

  roost::topic topic;
  std::int64_t touched_ms = 0;  ///< Unix time of its last record or member, by its owner's clock
  bool is_empty = false;        ///< no content is left: no history, keys, receipts or state
  log_id log;
  sequence covered;                 ///< every record of this room up to here is in this snapshot
  std::vector<epoch_start> epochs;  ///< oldest first; the last one is the present one
  offset head;
  std::vector<held_event> history;  ///< consecutive offsets that end with `head`
  std::vector<edge> edges;
  std::vector<idempotency_key> keys;              ///< oldest first
  std::vector<records::receipts::mark> receipts;  ///< the one that moved longest ago first
  std::string handler_state;                      ///< of the room_handler; empty: it keeps none
};

}  // namespace roost::cluster
