// SPDX-License-Identifier: Apache-2.0
// These tests start nats-servers of their own: deploy/fetch-nats-server build/nats
#include "actors/node/open_cluster.hpp"

#include <string>

#include "tests/cluster/nats/nats_server.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

settings with_nats(const std::string& url) {
  settings out;
  out.cluster.nats = {url};
  out.cluster.shards = 2;
  out.cluster.log_bytes_max = 10'000'000;  // of the gigabyte that the server has
  return out;
}

}  // namespace

TEST_CASE("the first node of a cluster gives it a key, which the next one finds") {
  tests::nats_server server;
  metrics probe;
  const auto first = open_cluster_of(with_nats(server.url()), probe);
  REQUIRE(first);
  CHECK((*first)->start.is_new);
  const auto second = open_cluster_of(with_nats(server.url()), probe);
  REQUIRE(second);
  CHECK_FALSE((*second)->start.is_new);
  CHECK((*first)->start.identity.key == (*second)->start.identity.key);
  CHECK((*first)->self < (*second)->self);  // the first one was there before
  CHECK(probe.value(metrics::gauge::store_synced) == 0);
  CHECK(probe.value(metrics::gauge::store_sync_known) == 0);
}

TEST_CASE("a cluster with another number of shards is refused with both numbers") {
  tests::nats_server server;
  metrics probe;
  auto config = with_nats(server.url());
  REQUIRE(open_cluster_of(config, probe));
  config.cluster.shards = 3;
  const auto refused = open_cluster_of(config, probe);
  REQUIRE_FALSE(refused);
  CHECK(refused.failure().detail.find('2') != std::string::npos);
  CHECK(refused.failure().detail.find('3') != std::string::npos);
}

TEST_CASE("a cluster whose server is away is refused") {
  std::string url;
  {
    tests::nats_server gone;
    url = gone.url();
  }
  metrics probe;
  const auto refused = open_cluster_of(with_nats(url), probe);
  REQUIRE_FALSE(refused);
  CHECK(refused.failure().code == errc::cannot_use_nats);
}

TEST_CASE("a monitoring port that cannot be reached leaves the sync unknown, with the reason") {
  CHECK(sync_report_of("").why_unknown == "cluster.monitor_url is not set");
  const auto got = sync_report_of("http://127.0.0.1:1");
  CHECK(got.kind == cluster::nats_sync::unknown);
  CHECK(got.why_unknown.starts_with("cluster.monitor_url: "));
}

TEST_CASE("the logs in NATS are truncated later, unless each write is known to be synced") {
  tests::nats_server server;
  metrics probe;
  auto config = with_nats(server.url());
  auto opened = open_cluster_of(config, probe);
  REQUIRE(opened);
  net::loop first{loop_id{0}, {}};
  node_dependencies parts;
  add_cluster(**opened, config, first, parts);
  REQUIRE(parts.store);
  REQUIRE(parts.cluster);
  CHECK(parts.self == (*opened)->self);
  CHECK(parts.store->shards == 2);
  CHECK(parts.store->limits.truncate_delay_ms == 150'000);
  (*opened)->sync.kind = cluster::nats_sync::always;
  node_dependencies synced;
  add_cluster(**opened, config, first, synced);
  CHECK(synced.store->limits.truncate_delay_ms == 0);
}
