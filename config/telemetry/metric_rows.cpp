// SPDX-License-Identifier: Apache-2.0
// The catalogue of metrics: names, help texts and labels. metric_rows_labels.cpp has their values.
#include "config/telemetry/metric_rows.hpp"

#include <algorithm>
#include <array>

namespace roost {
namespace {

using metric_rows::row;
constexpr auto counts = metric_rows::kind::counter;
constexpr auto measures = metric_rows::kind::gauge;
constexpr auto times = metric_rows::kind::histogram;

// Order: counters as in their enum, then the counter that read_process() sets; gauges as in their
// enum, then the gauges that read_process() sets; histograms as in their enum.
constexpr std::array rows{
    row{"roost_connections_opened_total", counts, "", "WebSocket connections opened."},
    row{"roost_connections_closed_total", counts, "code,by",
        "WebSocket connections closed, by close code and by the side that closed; 1006: no close "
        "frame."},
    row{"roost_handshakes_refused_total", counts, "reason",
        "Connections and requests refused before a WebSocket opened, by reason."},
    row{"roost_messages_in_total", counts, "", "Messages decoded from clients."},
    row{"roost_deliveries_out_total", counts, "", "Frames put into outboxes."},
    row{"roost_bytes_in_total", counts, "",
        "Payload bytes of WebSocket frames received from clients."},
    row{"roost_bytes_out_total", counts, "",
        "Bytes passed to the kernel for WebSocket connections."},
    row{"roost_sends_total", counts, "", "Send calls for WebSocket connections."},
    row{"roost_encodes_total", counts, "", "Frames encoded, once per codec."},
    row{"roost_malformed_total", counts, "reason",
        "Messages dropped because they could not be decoded, by reason."},
    row{"roost_messages_dropped_total", counts, "reason",
        "Messages that were decoded and dropped without an answer, by reason."},
    row{"roost_joins_total", counts, "result", "Joins answered, by result."},
    row{"roost_pushes_refused_total", counts, "reason",
        "Pushes and joins answered with an error, by reason."},
    row{"roost_events_ordered_total", counts, "", "Events that got an offset."},
    row{"roost_slow_consumers_total", counts, "",
        "Connections closed because the client read too slowly (1013, slow consumer)."},
    row{"roost_rooms_crashed_total", counts, "", "Rooms that crashed."},
    row{"roost_accepts_paused_total", counts, "",
        "Times that accepting paused because no file descriptor was left."},
    row{"roost_http_requests_total", counts, "status", "HTTP requests answered, by status class."},
    row{"roost_flushes_budget_spent_total", counts, "",
        "Loop iterations that ended with outboxes still waiting to be sent."},
    row{"roost_ephemeral_dropped_total", counts, "",
        "Ephemeral events dropped because an outbox was too full."},
    row{"roost_ephemeral_conflated_total", counts, "",
        "Ephemeral events replaced in an outbox by a newer one."},
    row{"roost_resumes_total", counts, "result", "Joins that asked to resume, by result."},
    row{"roost_resumes_lost_total", counts, "",
        "Members whose missed events were evicted from the history while they caught up."},
    row{"roost_rooms_restarted_total", counts, "", "Rooms restored after a crash."},
    row{"roost_presence_diffs_total", counts, "", "Presence diffs published by rooms."},
    row{"roost_receipts_marked_total", counts, "", "Read receipts that moved."},
    row{"roost_repeated_pushes_total", counts, "",
        "Pushes answered as duplicates by their idempotency value."},
    row{"roost_commands_resent_total", counts, "",
        "Commands resent to an owner because no answer arrived."},
    row{"roost_edge_gaps_total", counts, "", "Gaps that an edge found in a room's events."},
    row{"roost_messages_total", counts, "direction,class",
        "Channel messages, by direction and class; `notice`: `drain` and `token_expired`."},
    row{"roost_auth_results_total", counts, "result", "Tokens checked, by result."},
    row{"roost_token_expiries_total", counts, "step",
        "Tokens of open connections that expired, by what followed."},
    row{"roost_revocations_total", counts, "by",
        "Revocations, by whether they name a user or a token."},
    row{"roost_jwks_fetches_total", counts, "result", "Fetches of auth.jwks_url, by result."},
    row{"roost_rate_refusals_total", counts, "scope,kind",
        "Refusals by a rate limit, by scope and kind; for bytes: pauses of reading."},
    row{"roost_evictions_total", counts, "",
        "Connections closed in favour of a newer one of the same user."},
    row{"roost_idle_ends_total", counts, "", "Connections closed because they were idle."},
    row{"roost_abnormal_closes_total", counts, "reason",
        "Connections that ended without a close frame, by cause."},
    row{"roost_pings_sent_total", counts, "", "Pings sent by the server."},
    row{"roost_api_requests_total", counts, "route,status",
        "Requests to the server API, by route and status class."},
    row{"roost_reloads_total", counts, "result", "Reloads of the configuration, by result."},
    row{"roost_rooms_refused_total", counts, "",
        "Joins refused because the node has limits.rooms_max rooms."},
    row{"roost_histories_cut_total", counts, "how",
        "Rooms that gave up history at a bound of the node: `forgotten` (the empty room was "
        "evicted) or `shortened` (its oldest events were)."},
    row{"roost_memory_cuts_total", counts, "of",
        "Times that the node reached a bound of its memory or its number of rooms, by what gave "
        "way: `room` (an empty room was evicted), `ring` (the recent events of an edge were "
        "dropped), `presence` (a join or a meta was refused), `idempotency` and `receipt` (the "
        "oldest values or receipts of a room were evicted), `partial` (a connection with an "
        "unfinished message was closed)."},
    row{"roost_store_appends_total", counts, "", "Appends to the store, each for many rooms."},
    row{"roost_store_appends_failed_total", counts, "outcome",
        "Appends to the store that failed and are repeated, by outcome."},
    row{"roost_store_records_total", counts, "", "Records of rooms that were stored."},
    row{"roost_store_bytes_total", counts, "", "Bytes of these records, about."},
    row{"roost_store_snapshots_total", counts, "", "Snapshots of rooms that were stored."},
    row{"roost_store_truncations_total", counts, "",
        "Times that a log was cut below what snapshots cover."},
    row{"roost_room_loads_total", counts, "result", "Rooms read from the store, by result."},
    row{"roost_shards_lost_total", counts, "reason",
        "Times that this node stopped serving a shard, by reason; `released`: it gave the shard "
        "to another node."},
    row{"roost_shards_taken_total", counts, "",
        "Take-overs: times that this node read the log of a shard and began to serve its rooms."},
    row{"roost_cluster_frames_total", counts, "direction", "Frames between nodes, by direction."},
    row{"roost_cluster_frame_bytes_total", counts, "direction",
        "Bytes of frames between nodes, by direction."},
    row{"roost_cluster_frames_dropped_total", counts, "reason",
        "Frames between nodes that were dropped, by reason. To send: `too_large` (for NATS), "
        "`refused` (not connected, or too much is unsent). Received: `overrun` (their queue was "
        "full), `late` (from before a break), `duplicate`, `stranger` (of a node outside of the "
        "view), `undecoded` (also heartbeats), `foreign` (no node uses the subject)."},
    row{"roost_cluster_overruns_total", counts, "",
        "Times that frames arrived faster than they were handled, until their queue was full; all "
        "links break each time."},
    row{"roost_cluster_messages_dropped_total", counts, "reason",
        "Commands and events between nodes that were dropped, by reason. To send: `too_large`, "
        "`unowned` (nobody owns the shard), `overrun` (their queue was full), `skipped` (the node "
        "has left). Received: `undecoded`, `unknown` (of a newer version), `misrouted` (for "
        "another owner), `stale` (of an older owner), `unheard` (of an owner that is not known)."},
    row{"roost_cluster_link_breaks_total", counts, "reason",
        "Ends of links that broke, by reason: `gap` (a frame was lost), `overrun` (too much "
        "waited), `other` (the connection, the other end, or its node was lost)."},
    row{"roost_cluster_heartbeats_total", counts, "how",
        "Heartbeats `sent`, `refused` (not connected to NATS), `received` (also this node's own), "
        "and of these `dropped` because newer ones waited."},
    row{"roost_cluster_heartbeats_late_total", counts, "",
        "Heartbeats of other nodes that came more than twice cluster.heartbeat_ms after the one "
        "before."},
    row{"roost_cluster_freezes_total", counts, "",
        "Times that this node did not hear its own heartbeats for half of cluster.gone_ms, so that "
        "it froze its view of the cluster."},
    row{"roost_cluster_reconnects_total", counts, "connection",
        "Reconnects to NATS, by connection: `main` carries frames and the store, `heartbeats` only "
        "these."},
    row{"roost_cluster_identity_checks_total", counts, "result",
        "Checks after a reconnect whether NATS still has this cluster, by result. `changed` ends "
        "the node, and so does `missing` if it lasts."},
    row{"roost_log_lines_dropped_total", counts, "",
        "Log lines that were not written: too many of one event, or nobody read standard error."},
    row{"roost_connections", measures, "", "Open WebSocket connections."},
    row{"roost_rooms", measures, "", "Rooms owned by this node."},
    row{"roost_members", measures, "", "Channels joined on this node."},
    row{"roost_loops", measures, "", "Event loops (threads) of this node."},
    row{"roost_ready", measures, "", "1 while the node accepts work, else 0."},
    row{"roost_rooms_with_history", measures, "", "Rooms that hold at least one event."},
    row{"roost_history_bytes", measures, "", "Memory of the events in room histories."},
    row{"roost_recent_events_bytes", measures, "",
        "Memory of the recent events that edges keep for members that join or catch up."},
    row{"roost_presence_bytes", measures, "", "Memory of presence: members and their metas."},
    row{"roost_idempotency_bytes", measures, "", "Memory of the idempotency values of rooms."},
    row{"roost_receipt_bytes", measures, "", "Memory of the read receipts of rooms."},
    row{"roost_answer_bytes", measures, "",
        "Memory of the answers that rooms keep for resent commands."},
    row{"roost_outbox_bytes", measures, "", "Bytes waiting in outboxes."},
    row{"roost_outboxes_waiting", measures, "", "Outboxes that are not empty."},
    row{"roost_inbound_messages", measures, "", "Unanswered messages of clients."},
    row{"roost_inbound_bytes", measures, "",
        "Bytes of clients' messages that are unanswered or wait for reading to resume."},
    row{"roost_partial_bytes", measures, "",
        "Memory of messages that have not arrived completely."},
    row{"roost_upgrades_pending", measures, "",
        "Connections to the public port whose first request is not complete."},
    row{"roost_rate_buckets", measures, "", "Users and addresses whose rates are tracked."},
    row{"roost_shards", measures, "", "Shards of the store; 0: there is none."},
    row{"roost_shards_unavailable", measures, "",
        "Shards whose rooms take no pushes: the store is full or has failed, or they are read at "
        "the start."},
    row{"roost_store_queued_bytes", measures, "", "Bytes of records that wait for an append."},
    row{"roost_rooms_unstored", measures, "",
        "Rooms of durability `snapshot` with changes that are not stored yet."},
    row{"roost_store_log_bytes", measures, "", "Bytes in the logs of the store, about."},
    row{"roost_store_synced", measures, "",
        "1 if an answered push survives a power cut (store.sync `always`, or NATS with "
        "`sync_interval: always`); 0: a power cut may take what was answered last."},
    row{"roost_store_sync_known", measures, "",
        "1 if the node knows whether an answered push survives a power cut; 0: it does not "
        "(cluster.monitor_url), or there is no store."},
    row{"roost_shards_owned", measures, "", "Shards whose rooms this node serves."},
    row{"roost_cluster_nodes", measures, "",
        "Nodes in this node's view of the cluster, with itself; 0: there is no cluster."},
    row{"roost_cluster_up", measures, "",
        "1 while this node takes part in its cluster; 0: it joins, leaves or is cut off, or there "
        "is no cluster."},
    row{"roost_cluster_links", measures, "",
        "Other nodes to which this node can send; below roost_cluster_nodes - 1 some links are "
        "broken."},
    row{"roost_cluster_queued_bytes", measures, "",
        "Bytes of commands and events that wait in the links to other nodes."},
    row{"roost_cluster_unsent_bytes", measures, "",
        "Bytes of frames and of requests to NATS that the kernel has not taken yet."},
    row{"roost_process_resident_bytes", measures, "", "Resident memory of the process."},
    row{"roost_process_open_fds", measures, "", "Open file descriptors of the process."},
    row{"roost_loop_turn_seconds", times, "",
        "Duration of a loop iteration, from its first handler to the end of its flush; one in 16 "
        "is measured."},
    row{"roost_handling_seconds", times, "",
        "Time to decode, check and dispatch a client's message; one in 16 is measured."},
    row{"roost_store_append_seconds", times, "", "Time of an append to the store."},
};
static_assert(rows.size() == metric_rows::all);

}  // namespace

std::span<const row> metric_rows::catalogue() { return rows; }

std::vector<std::string> metric_rows::label_values(std::string_view name) {
  const auto found = std::ranges::find(rows, name, &row::name);
  if (found == rows.end() || found->label.empty()) return {};
  return metric_rows::known_values(static_cast<metric_rows::counter>(found - rows.begin()));
}

}  // namespace roost
