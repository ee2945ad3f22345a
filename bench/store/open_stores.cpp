// SPDX-License-Identifier: Apache-2.0
#include "bench/store/open_stores.hpp"

#include "cluster/nats/nats_network.hpp"
#include "cluster/nats/start_on_nats.hpp"
#include "cluster/wire/wire_format.hpp"

namespace roost::bench {
namespace {

constexpr std::string_view cluster_name = "store";
constexpr node_id self{1};
constexpr milliseconds timeout{10'000};
constexpr std::uint64_t log_bytes_max = 512U << 20U;

}  // namespace

open_stores open_stores_of(const store_options& options, std::string& why) {
  const auto names = *cluster::subjects::of(cluster_name);
  cluster::nats_options common;
  common.servers = {options.nats};
  common.name = cluster_name;
  common.oldest_server = cluster::oldest_server_for(1, false);
  open_stores out;
  out.connection =
      std::make_unique<cluster::nats_connection>(cluster::main_options(common, names, self));
  cluster::nats_start_options with;
  with.identity.own = {cluster::wire::version, options.shards, {1, 2}};
  with.identity.own.cluster = cluster_name;
  with.log_bytes_max = log_bytes_max;
  const auto started = cluster::start_on_nats(*out.connection, with);
  if (!started) why = started.failure().detail;
  out.log = std::make_unique<cluster::nats_log_store>(*out.connection, names, timeout);
  out.snapshots = std::make_unique<cluster::nats_snapshot_store>(*out.connection, names, timeout);
  return out;
}

}  // namespace roost::bench
