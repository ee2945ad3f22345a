// SPDX-License-Identifier: Apache-2.0
// The catalogue of metrics: each has its enum value here and its row in metric_rows.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace roost::metric_rows {

enum class counter : std::uint8_t {
  connections_opened,    ///< WebSocket sessions opened
  connections_closed,    ///< label code,by: close code, and client or server
  handshakes_refused,    ///< label reason: errc name; before a WebSocket opened
  messages_in,           ///< messages decoded from clients
  deliveries_out,        ///< frames put into outboxes
  bytes_in,              ///< payload bytes of WebSocket frames from clients
  bytes_out,             ///< bytes handed to the kernel for WebSockets
  sends,                 ///< send calls for WebSockets
  encodes,               ///< frames encoded (once per codec, for any number of members)
  malformed,             ///< label reason: the error detail of the decoder
  messages_dropped,      ///< label reason: valid messages ignored without a reply
  joins,                 ///< label result: ok or error
  pushes_refused,        ///< label reason: errc name
  events_ordered,        ///< events that got an offset
  slow_consumers,        ///< connections closed because the client read too slowly
  rooms_crashed,         ///< rooms that failed; their members got phx_error
  accepts_paused,        ///< times accept paused for lack of file descriptors
  http_requests,         ///< label status class: 2xx 3xx 4xx 5xx
  flushes_budget_spent,  ///< loop iterations that left outboxes unsent
  ephemeral_dropped,     ///< ephemeral events dropped because an outbox was too full
  ephemeral_conflated,   ///< ephemeral events replaced in an outbox by a newer one
  resumes,               ///< label result: recovered or not_recovered
  resumes_lost,          ///< members whose missed events were evicted during catch-up
  rooms_restarted,       ///< rooms restored after they failed
  presence_diffs,        ///< presence_diff events sent by rooms
  receipts_marked,       ///< read receipts that advanced
  repeated_pushes,       ///< duplicate pushes detected by the idempotency field
  commands_resent,       ///< commands resent to an owner after a timeout
  edge_gaps,             ///< gaps that an edge found in a room's events
  messages,              ///< label direction,class: "in,join", "out,reply", ...
  auth_results,          ///< label result: ok, or why the token is invalid
  token_expiries,        ///< label step: warned, refreshed or ended
  revocations,           ///< label by: user or token
  jwks_fetches,          ///< label result: ok or failed
  rate_refusals,         ///< label scope,kind: names of the settings under rates
  evictions,             ///< connections closed for a newer one of the same user
  idle_ends,             ///< connections closed by the idle timeout
  abnormal_closes,       ///< label reason: eof, reset or timeout
  pings_sent,            ///< WebSocket pings sent by the server
  api_requests,          ///< label route,status: "publish,2xx", ...
  reloads,               ///< label result: changed, unchanged or refused
  rooms_refused,         ///< joins refused because of limits.rooms_max
  histories_cut,         ///< label how: rooms that lost history to limits.history_bytes_max
  memory_cuts,           ///< label of: data evicted or refused at a node-wide limit
  store_appends,         ///< stored appends to the logs of shards
  store_appends_failed,  ///< label outcome: full, refused, unknown or conflict
  store_records,         ///< records of rooms in stored appends
  store_bytes,           ///< approximate bytes of stored appends
  store_snapshots,       ///< snapshots of rooms that were stored
  store_truncations,     ///< truncations of the logs of shards
  room_loads,            ///< label result: ok or failed
  shards_lost,           ///< label reason: why this node had to drop the rooms of a shard
  shards_taken,          ///< take-overs of shards by this node

  cluster_frames,            ///< label direction: frames between nodes
  cluster_frame_bytes,       ///< label direction
  cluster_frames_dropped,    ///< label reason
  cluster_overruns,          ///< times that the queue of arrived frames became too full
  cluster_messages_dropped,  ///< label reason: commands and events between nodes
  cluster_link_breaks,       ///< label reason
  cluster_heartbeats,        ///< label how
  cluster_heartbeats_late,   ///< of other nodes
  cluster_freezes,           ///< times that this node did not hear itself
  cluster_reconnects,        ///< label connection: main or heartbeats
  cluster_identity_checks,   ///< label result
  count_,
};
enum class gauge : std::uint8_t {
  connections,
  rooms,
  members,
  loops,
  ready,
  rooms_with_history,  ///< rooms with at least one event in history
  history_bytes,
  recent_events_bytes,   ///< recent events that edges keep for members that join or catch up
  presence_bytes,        ///< members and metas in presence
  idempotency_bytes,     ///< remembered values of the idempotency field
  receipt_bytes,         ///< read receipts
  answer_bytes,          ///< replies kept in case an edge resends the command
  outbox_bytes,          ///< bytes queued in outboxes
  outboxes_waiting,      ///< outboxes that are not empty
  inbound_messages,      ///< messages of clients without an answer yet
  inbound_bytes,         ///< bytes of those, and bytes read that wait for credit
  partial_bytes,         ///< incomplete messages
  upgrades_pending,      ///< connections whose first HTTP request is not complete
  rate_buckets,          ///< users and addresses with a rate-limit bucket
  shards,                ///< logs of the store
  shards_unavailable,    ///< shards whose rooms refuse pushes
  store_queued_bytes,    ///< bytes of the records that wait for an append
  rooms_unstored,        ///< rooms of durability snapshot with changes that are not stored
  store_log_bytes,       ///< approximate bytes in the logs of all shards
  store_synced,          ///< 1: what is stored survives a power cut
  store_sync_known,      ///< 0: nobody said whether it does
  shards_owned,          ///< shards that this node serves
  cluster_nodes,         ///< nodes in this node's view
  cluster_up,            ///< 1: this node takes part
  cluster_links,         ///< links over which frames can pass
  cluster_queued_bytes,  ///< of messages that wait in the links
  cluster_unsent_bytes,  ///< of frames and requests to NATS
  count_,
};
enum class histogram : std::uint8_t {
  loop_iteration,  ///< duration of a loop iteration, without the wait for events
  handling,        ///< time that a connection spends on one message
  store_append,    ///< time from a request to append until its answer
  count_,
};
enum class kind : std::uint8_t { counter, gauge, histogram };

/// A row of the catalogue.
struct row {
  std::string_view name;  ///< with the prefix roost_
  kind type;
  std::string_view label;  ///< empty: no label; "a,b": two labels, with values "x,y"
  std::string_view help;
};

inline constexpr auto counters = static_cast<std::size_t>(counter::count_);
inline constexpr auto gauges = static_cast<std::size_t>(gauge::count_);
inline constexpr std::size_t read_counters = 1;  ///< the dropped lines of the log
inline constexpr std::size_t read_gauges = 2;    ///< memory and open descriptors of the process
inline constexpr auto histograms = static_cast<std::size_t>(histogram::count_);
inline constexpr std::size_t first_gauge = counters + read_counters;
inline constexpr std::size_t first_histogram = first_gauge + gauges + read_gauges;
inline constexpr std::size_t all = first_histogram + histograms;

/// The label value that stands for every value that is not in the catalogue.
inline constexpr std::string_view other = "other";
inline constexpr std::string_view other_pair = "other,other";

/// All values of a counter's label, "other" last; empty if the counter has no label.
std::vector<std::string> known_values(counter which);

/// In the order of the enums; the metrics that read_process() sets follow the counters and gauges.
std::span<const row> catalogue();
/// All values of a metric's label, "other" last; empty if the metric has no label.
std::vector<std::string> label_values(std::string_view name);

}  // namespace roost::metric_rows
