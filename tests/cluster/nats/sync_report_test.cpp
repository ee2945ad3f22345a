// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/sync_report.hpp"

#include "tests/cluster/nats/nats_server.hpp"
#include "tests/fixtures/catch.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;

/// The answer of a server of this version to GET /varz.
std::string varz_with(const std::string& version, const std::string& config) {
  return R"({"server_id":"NB","server_name":"n1","version":")" + version +
         R"(","jetstream":{"config":{"max_storage":7,)" + config + "}}}";
}

const std::string synced = R"("sync_interval":120000000000,"sync_always":true)";
const std::string unsynced = R"("sync_interval":120000000000)";

}  // namespace

TEST_CASE("a server that always syncs keeps what was answered over a power cut") {
  const auto report = read_sync_report(varz_with("2.14.6", synced));
  CHECK(report.kind == nats_sync::always);
  CHECK(report.server == "n1");
  CHECK(report.version == "2.14.6");
  CHECK(meaning_of(report, 1) == "ok: survives a power cut");
  CHECK(sync_refusal_of(report).empty());
  CHECK(snapshots_kept(report) == 1);
}

TEST_CASE("a server that syncs later may lose what was answered in between") {
  const auto report = read_sync_report(varz_with("2.14.6", unsynced));
  CHECK(report.kind == nats_sync::interval);
  CHECK(report.interval == milliseconds{120'000});
  CHECK(meaning_of(report, 1) ==
        "ok: survives the end of nodes and of NATS servers; a power cut may take the last 120000 "
        "ms");
  CHECK(meaning_of(report, 3) ==
        "ok: survives the end of nodes and of NATS servers; a power cut of all replicas may take "
        "the last 120000 ms");
  CHECK(sync_refusal_of(report) ==
        "cluster.require_sync is set, but the NATS server n1 has jetstream.sync_interval 120000 "
        "ms, not always");
  CHECK(snapshots_kept(report) == 2);
}

TEST_CASE("a required sync needs a server that does it right") {
  CHECK(sync_refusal_of(read_sync_report(varz_with("2.14.5", synced))) ==
        "the NATS server n1 has version 2.14.5, but cluster.require_sync needs 2.14.6 or newer");
}

TEST_CASE("without an answer it is unknown what ok means") {
  const sync_report none;
  CHECK(meaning_of(none, 1) ==
        "ok: survives the end of nodes and of NATS servers; whether it survives a power cut is "
        "unknown: cluster.monitor_url is not set");
  CHECK(sync_refusal_of(none) ==
        "cluster.require_sync is set, but nobody says whether NATS syncs before it answers: "
        "cluster.monitor_url is not set");
  CHECK(snapshots_kept(none) == 2);
  CHECK(sync_refusal_of(unknown_sync("no answer")).ends_with("answers: no answer"));
}

TEST_CASE("an answer that is not /varz, or of a server without JetStream, says nothing") {
  for (const auto* varz : {"", "<html>", "{}", R"({"version":"2.14.6"})"}) {
    const auto report = read_sync_report(varz);
    CHECK(report.kind == nats_sync::unknown);
    CHECK(report.why_unknown == "what cluster.monitor_url answers is not /varz of a NATS server");
  }
  const auto report = read_sync_report(R"({"server_id":"NB","version":"2.14.6","jetstream":{}})");
  CHECK(report.kind == nats_sync::unknown);
  CHECK(report.why_unknown == "the NATS server NB at cluster.monitor_url has no JetStream");
}

TEST_CASE("real servers say whether they always sync") {
  const tests::nats_server later("http_port: -1\n", "sync_interval: 30s");
  CHECK(read_sync_report(later.varz()).kind == nats_sync::interval);
  CHECK(read_sync_report(later.varz()).interval == milliseconds{30'000});
  const tests::nats_server always("http_port: -1\n", "sync_interval: always");
  CHECK(read_sync_report(always.varz()).kind == nats_sync::always);
  const tests::nats_server without("http_port: -1\n", "");
  CHECK(read_sync_report(without.varz()).why_unknown.ends_with("has no JetStream"));
}
