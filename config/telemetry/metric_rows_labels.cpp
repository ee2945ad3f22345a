// SPDX-License-Identifier: Apache-2.0
// metric_rows: the label values of the counters.
#include <algorithm>
#include <initializer_list>

#include "config/base/error.hpp"
#include "config/telemetry/metric_rows.hpp"

namespace roost {
namespace {

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

std::vector<std::string> values_of_cluster(metric_rows::counter which) {
  using c = metric_rows::counter;
  switch (which) {
    case c::cluster_frames:
    case c::cluster_frame_bytes:
      return {"in", "out"};
    case c::cluster_frames_dropped:
      return {"too_large", "refused",  "overrun",   "late",
              "duplicate", "stranger", "undecoded", "foreign"};
    case c::cluster_messages_dropped:
      return {"too_large", "unowned",   "overrun", "skipped", "undecoded",
              "unknown",   "misrouted", "stale",   "unheard"};
    case c::cluster_link_breaks:
      return {"gap", "overrun"};
    case c::cluster_heartbeats:
      return {"sent", "refused", "received", "dropped"};
    case c::cluster_reconnects:
      return {"main", "heartbeats"};
    case c::cluster_identity_checks:
      return {"same", "missing", "changed", "unknown"};
    default:
      return pairs_of(which);
  }
}

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
      return values_of_cluster(which);
  }
}

}  // namespace

std::vector<std::string> metric_rows::known_values(counter which) {
  auto out = values_of(which);
  const auto label = catalogue()[static_cast<std::size_t>(which)].label;
  if (!label.empty())
    out.emplace_back(label.find(',') == std::string_view::npos ? other : other_pair);
  return out;
}

}  // namespace roost
