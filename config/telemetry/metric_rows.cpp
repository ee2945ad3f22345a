// SPDX-License-Identifier: Apache-2.0
// The catalogue of metrics: names, help texts, labels and the allowed label values.
#include "config/telemetry/metric_rows.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "config/base/error.hpp"

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
        "Times that the rooms of a shard were dropped and read again, by reason."},
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
        "1 if an answered push survives a power cut (store.sync `always`); 0: a power cut may take "
        "about the last second."},
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

template <class Wanted>
std::vector<std::string> error_names(Wanted wanted) {
  std::vector<std::string> out;
  for (const auto& e : error_catalogue()) {
    if (wanted(static_cast<unsigned>(e.code), e)) out.emplace_back(e.name);
  }
  return out;
}

/// All pairs of code and side: a client may send any close code, also those of the server.
std::vector<std::string> close_codes() {
  std::vector<std::string> out;
  for (const auto* by : {"server", "client"}) {
    for (const auto& e : error_catalogue()) {
      auto pair = std::to_string(e.close_code) + "," + by;
      if (e.close_code != 0 && std::ranges::find(out, pair) == out.end()) out.push_back(pair);
    }
    out.push_back(std::string{metric_rows::other} + "," + by);
  }
  return out;
}

std::vector<std::string> crossed(std::initializer_list<const char*> first,
                                 std::initializer_list<const char*> second) {
  std::vector<std::string> out;
  for (const auto* a : first) {
    for (const auto* b : second) out.push_back(std::string{a} + "," + b);
  }
  return out;
}

std::vector<std::string> pairs_of(metric_rows::counter which);

std::vector<std::string> values_of(metric_rows::counter which) {
  using c = metric_rows::counter;
  auto in_channel = [](unsigned n, const error_row&) { return n >= 100 && n < 200; };
  auto at_http = [](unsigned n, const error_row& e) {
    return (n >= 300 && n < 400) || e.code == errc::draining || e.code == errc::internal ||
           e.code == errc::token_expired || e.code == errc::revoked ||
           e.code == errc::too_many_connections;
  };
  switch (which) {
    case c::connections_closed:
      return close_codes();
    case c::handshakes_refused:
      return error_names(at_http);
    case c::malformed:
      // Details from the decoders in net/protocol, and errors that the WebSocket session detects.
      return {"not_json",    "not_array",      "elements",    "batch",
              "batch_size",  "not_object",     "no_topic",    "no_event",
              "no_payload",  "no_ref",         "binary_kind", "binary_length",
              "binary_name", "protocol_error", "bad_utf8",    "frame_too_big"};
    case c::messages_dropped:
      return {"stale_join_ref"};
    case c::joins:
      return {"ok", "error"};
    case c::resumes:
      return {"recovered", "not_recovered"};
    case c::histories_cut:
      return {"forgotten", "shortened"};
    case c::memory_cuts:
      return {"room", "ring", "presence", "idempotency", "receipt", "partial"};
    case c::pushes_refused:
      return error_names(in_channel);
    case c::http_requests:
      return {"2xx", "3xx", "4xx", "5xx"};
    case c::auth_results:
      return {"ok",      "malformed", "algorithm", "unknown_key", "signature", "expired",
              "not_yet", "issuer",    "audience",  "claims",      "subject",   "revoked"};
    case c::token_expiries:
      return {"warned", "refreshed", "ended"};
    case c::revocations:
      return {"user", "token"};
    case c::jwks_fetches:
      return {"ok", "failed"};
    case c::abnormal_closes:
      return {"eof", "reset", "timeout"};
    case c::reloads:
      return {"changed", "unchanged", "refused"};
    case c::store_appends_failed:
      return {"full", "refused", "unknown", "conflict"};
    case c::room_loads:
      return {"ok", "failed"};
    case c::shards_lost:
      return {"held", "fenced", "lost", "unreadable", "released"};
    default:
      return pairs_of(which);
  }
}

std::vector<std::string> pairs_of(metric_rows::counter which) {
  using c = metric_rows::counter;
  switch (which) {
    case c::messages:
      return {"in,join",       "in,leave",      "in,push",     "in,ephemeral",
              "in,heartbeat",  "in,token",      "in,presence", "in,receipt",
              "out,reply",     "out,broadcast", "out,unicast", "out,presence",
              "out,ephemeral", "out,receipt",   "out,close",   "out,notice"};
    case c::rate_refusals:
      return {"connection,messages", "connection,joins", "connection,bytes",
              "user,messages",       "address,connects", "address,messages"};
    case c::api_requests:
      return crossed({"publish", "broadcast", "rooms", "room", "presence", "history", "user",
                      "disconnect", "revoke"},
                     {"2xx", "4xx", "5xx"});
    default:
      return {};
  }
}

}  // namespace

std::span<const row> metric_rows::catalogue() { return rows; }

std::vector<std::string> metric_rows::known_values(counter which) {
  auto out = values_of(which);
  const auto& label = rows[static_cast<std::size_t>(which)].label;
  if (!label.empty())
    out.emplace_back(label.find(',') == std::string_view::npos ? other : other_pair);
  return out;
}

std::vector<std::string> metric_rows::label_values(std::string_view name) {
  const auto found = std::ranges::find(rows, name, &row::name);
  if (found == rows.end() || found->label.empty()) return {};
  return metric_rows::known_values(static_cast<metric_rows::counter>(found - rows.begin()));
}

}  // namespace roost
