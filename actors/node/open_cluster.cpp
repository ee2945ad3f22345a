// SPDX-License-Identifier: Apache-2.0
#include "actors/node/open_cluster.hpp"

#include <string_view>
#include <utility>

#include "actors/node/shard_limits.hpp"
#include "cluster/nats/identity_question.hpp"
#include "cluster/nats/nats_network.hpp"
#include "cluster/wire/wire_format.hpp"
#include "config/cli/cli.hpp"
#include "config/telemetry/log.hpp"
#include "net/http/client/http_get.hpp"

namespace roost::actors {
namespace {

constexpr milliseconds monitor_timeout{2'000};
constexpr int http_ok = 200;
static_assert(cluster::nodes_max * cluster::link_limits{}.frame_bytes_max <=
              cluster::frame_room_bytes);

cluster::nats_options options_of(const settings& config, cluster::version_need need) {
  const auto& from = config.cluster;
  cluster::nats_options out;
  out.servers = from.nats;
  out.name = from.name + "/" + config.node.name;
  out.user = from.user;
  out.password = from.password;
  out.nkey = from.nkey;
  out.nkey_seed_file = from.nkey_seed_file;
  out.credentials_file = from.credentials_file;
  out.ca_file = from.ca_file;
  out.certificate_file = from.certificate_file;
  out.key_file = from.key_file;
  out.oldest_server = std::move(need);
  out.unsent_bytes_max = from.unsent_bytes_max;
  return out;
}

/// A request that has no answer for this long has an unknown outcome: the shard looks into its log.
milliseconds request_timeout_of(const settings& config) {
  return milliseconds{config.cluster.commit_timeout_ms / 2};
}

std::string joined(const std::vector<std::string>& all) {
  std::string out;
  for (const auto& each : all) out += (out.empty() ? "" : ", ") + each;
  return out;
}

}  // namespace

cluster::sync_report sync_report_of(const std::string& monitor_url) {
  if (monitor_url.empty()) return {};
  const std::string_view path = monitor_url.ends_with('/') ? "varz" : "/varz";
  const auto answer = net::http::http_get(monitor_url + std::string(path), monitor_timeout);
  if (!answer) {
    return cluster::unknown_sync("cluster.monitor_url: " + answer.failure().detail);
  }
  if (answer->status == http_ok) return cluster::read_sync_report(answer->body);
  return cluster::unknown_sync("cluster.monitor_url answers with status " +
                               std::to_string(answer->status));
}

result<std::unique_ptr<open_cluster>> open_cluster_of(const settings& config, metrics& probe) {
  auto names = cluster::subjects::of(config.cluster.name);
  if (!names) return names.failure();
  const auto& from = config.cluster;
  const auto self = new_node_id();
  const auto common =
      options_of(config, cluster::oldest_server_for(from.replicas, from.require_sync));
  auto out = std::make_unique<open_cluster>(open_cluster{self, *names});
  out->sync = sync_report_of(from.monitor_url);
  out->main =
      std::make_unique<cluster::nats_connection>(cluster::main_options(common, out->names, self));
  cluster::nats_start_options with;
  with.identity.own = {cluster::wire::version, from.shards, {random_number(), random_number()}};
  with.identity.own.cluster = from.name;
  with.replicas = from.replicas;
  with.log_bytes_max = from.log_bytes_max;
  with.sync = out->sync;
  with.requires_sync = from.require_sync;
  auto started = cluster::start_on_nats(*out->main, with);
  if (!started) return started.failure();
  out->start = std::move(*started);
  out->heartbeats =
      std::make_unique<cluster::nats_connection>(cluster::heartbeat_options(common, out->names));
  const auto timeout = request_timeout_of(config);
  out->log = std::make_unique<cluster::nats_log_store>(*out->main, out->names, timeout,
                                                       out->start.choices);
  out->snapshots = std::make_unique<cluster::nats_snapshot_store>(*out->main, out->names, timeout);
  const bool is_synced = out->sync.kind == cluster::nats_sync::always;
  probe.set(metrics::gauge::store_synced, is_synced ? 1 : 0);
  const bool is_known = out->sync.kind != cluster::nats_sync::unknown;
  probe.set(metrics::gauge::store_sync_known, is_known ? 1 : 0);
  log::info("cluster_opened", {{"cluster", from.name},
                               {"node", std::to_string(self.value)},
                               {"servers", joined(from.nats)},
                               {"shards", out->start.identity.shards},
                               {"replicas", from.replicas},
                               {"is_new", out->start.is_new},
                               {"meaning", cluster::meaning_of(out->sync, from.replicas)}});
  return out;
}

void add_cluster(open_cluster& opened, const settings& config, net::loop& first,
                 node_dependencies& parts) {
  parts.self = opened.self;
  const auto& identity = opened.start.identity;
  parts.store.emplace(node_store{*opened.log, *opened.snapshots, identity.key, identity.shards,
                                 shard_limits_of(config, identity.shards)});
  if (opened.sync.kind != cluster::nats_sync::always) {
    parts.store->limits.truncate_delay_ms = config.cluster.truncate_delay_ms;
  }
  cluster_parts& made = parts.cluster.emplace();
  made.name = config.node.name;
  made.version = cli::version_text();
  made.times.heartbeat = milliseconds{config.cluster.heartbeat_ms};
  made.times.gone = milliseconds{config.cluster.gone_ms};
  made.times.commit_timeout = milliseconds{config.cluster.commit_timeout_ms};
  made.limits.queue_bytes_max = config.cluster.link_queue_bytes_max;
  made.outgoing_bytes_max = config.cluster.outgoing_bytes_max;
  made.unverified_bytes_max = config.cluster.unverified_bytes_max;
  made.ask_identity = [&opened, timeout = request_timeout_of(config)](auto done) {
    cluster::ask_for_identity(cluster::jetstream(*opened.main, timeout), opened.names,
                              opened.start.identity, std::move(done));
  };
  made.network = [&opened, &first](cluster::network_handler& handler) {
    const cluster::home_thread home{[&first](auto work) { first.post(std::move(work)); },
                                    [&first] { return first.now(); }};
    return std::make_unique<cluster::nats_network>(
        cluster::network_connections{*opened.main, *opened.heartbeats}, opened.names, opened.self,
        home, handler);
  };
}

}  // namespace roost::actors
