// SPDX-License-Identifier: Apache-2.0
// The tests of the metrics that metrics.test.mjs does not move, each with names of metrics, without
// their prefix.
export const tested_in = {
  "tests/system/hostile.rooms.test.mjs": "histories_cut_total",
  "tests/system/hostile.files.test.mjs": "accepts_paused_total",
  "tests/system/rooms.slow.test.mjs": "slow_consumers_total",
  "tests/system/rooms.ephemeral.test.mjs": "ephemeral_dropped_total ephemeral_conflated_total",
  "tests/system/hostile.memory.test.mjs": "memory_cuts_total partial_bytes",
  "tests/net/websocket/websocket_session_partial_test.cpp": "inbound_bytes",
  "tests/actors/edge/room_edge_actor_test.cpp":
    "recent_events_bytes resumes_lost_total commands_resent_total edge_gaps_total",
  "tests/actors/room/room_account_test.cpp": "answer_bytes",
  "tests/net/websocket/websocket_session_watch_test.cpp":
    "outbox_bytes outboxes_waiting inbound_messages",
  "tests/net/loop/flusher_test.cpp": "flushes_budget_spent_total",
  "tests/system/hostile.floods.test.mjs": "upgrades_pending",
  "tests/actors/room/room_actor_test.cpp": "rooms_crashed_total rooms_restarted_total",
  "tests/actors/shard/shard_probe_test.cpp":
    "store_appends_total store_appends_failed_total store_records_total store_bytes_total " +
    "store_snapshots_total store_truncations_total room_loads_total shards_lost_total " +
    "shards_unavailable store_queued_bytes store_log_bytes store_append_seconds " +
    "shards_taken_total shards_owned",
  "tests/actors/room/room_actor_snapshot_test.cpp": "rooms_unstored",
  "tests/actors/node/durable_node_test.cpp": "shards",
  "tests/actors/node/open_store_test.cpp": "store_synced store_sync_known",
  "tests/actors/node/cluster_probe_test.cpp":
    "cluster_frames_total cluster_frame_bytes_total cluster_frames_dropped_total " +
    "cluster_overruns_total cluster_messages_dropped_total cluster_link_breaks_total " +
    "cluster_heartbeats_total cluster_heartbeats_late_total cluster_freezes_total " +
    "cluster_reconnects_total cluster_identity_checks_total cluster_nodes cluster_up " +
    "cluster_links cluster_queued_bytes cluster_unsent_bytes",
};
