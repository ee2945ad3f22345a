// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/sync_report.hpp"

#include <utility>

#include "cluster/nats/json_document.hpp"
#include "cluster/nats/server_version.hpp"

namespace roost::cluster {

sync_report unknown_sync(std::string why) {
  sync_report out;
  out.why_unknown = std::move(why);
  return out;
}

sync_report read_sync_report(std::string_view varz) {
  const json_document got(varz);
  sync_report out;
  out.version = got.text("/version");
  out.server = got.text("/server_name");
  if (out.server.empty()) out.server = got.text("/server_id");
  if (out.version.empty() || out.server.empty()) {
    return unknown_sync("what cluster.monitor_url answers is not /varz of a NATS server");
  }
  if (!got.has("/jetstream/config")) {
    out.why_unknown = "the NATS server " + out.server + " at cluster.monitor_url has no JetStream";
    return out;
  }
  out.kind = got.flag("/jetstream/config/sync_always") ? nats_sync::always : nats_sync::interval;
  out.why_unknown.clear();
  const std::chrono::nanoseconds interval{got.signed_number("/jetstream/config/sync_interval")};
  out.interval = std::chrono::duration_cast<milliseconds>(interval);
  return out;
}

std::string meaning_of(const sync_report& report, std::uint32_t replicas) {
  if (report.kind == nats_sync::always) return "ok: survives a power cut";
  std::string out = "ok: survives the end of nodes and of NATS servers; ";
  if (report.kind == nats_sync::unknown) {
    return out + "whether it survives a power cut is unknown: " + report.why_unknown;
  }
  out += replicas > 1 ? "a power cut of all replicas may take the last "
                      : "a power cut may take the last ";
  if (report.interval.count() == 0) return out + "minutes";
  return out + std::to_string(report.interval.count()) + " ms";
}

std::string sync_refusal_of(const sync_report& report) {
  const std::string server = "the NATS server " + report.server;
  switch (report.kind) {
    case nats_sync::unknown:
      return "cluster.require_sync is set, but nobody says whether NATS syncs before it answers: " +
             report.why_unknown;
    case nats_sync::interval:
      return "cluster.require_sync is set, but " + server + " has jetstream.sync_interval " +
             std::to_string(report.interval.count()) + " ms, not always";
    case nats_sync::always:
      break;
  }
  const auto refusal = refusal_of(report.version, oldest_server_for(1, true));
  return refusal.empty() ? refusal : server + ' ' + refusal;
}

}  // namespace roost::cluster
