// SPDX-License-Identifier: Apache-2.0
#include "config/load/cluster_checks.hpp"

#include <functional>
#include <string>

#include "tests/fixtures/catch.hpp"

using namespace roost;

namespace {

using cluster_settings = settings::cluster_settings;

/// The keys that have a problem after `change`, each with a space behind it.
std::string faults(const std::function<void(cluster_settings&)>& change,
                   const std::vector<problem>& read = {}) {
  settings all;
  change(all.cluster);
  std::vector<problem> problems;
  check_cluster(all, read, problems);
  std::string out;
  for (const auto& each : problems) out += each.key + ' ';
  return out;
}

}  // namespace

TEST_CASE("the default settings of the cluster have no problem") {
  CHECK(faults([](auto&) {}) == "");
  CHECK(faults([](auto& cluster) { cluster.nats = {"nats://a"}; }) == "");
}

TEST_CASE("a node cannot keep its rooms in NATS and in a folder") {
  settings all;
  all.store.path = "rooms";
  std::vector<problem> problems;
  check_cluster(all, {}, problems);
  CHECK(problems.empty());
  all.cluster.nats = {"nats://a"};
  check_cluster(all, {}, problems);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].key == "cluster.nats");
}

TEST_CASE("a node is gone after three heartbeats at least") {
  const auto of = [](std::uint32_t heartbeat_ms, std::uint32_t gone_ms) {
    return [=](cluster_settings& cluster) {
      cluster.heartbeat_ms = heartbeat_ms;
      cluster.gone_ms = gone_ms;
    };
  };
  CHECK(faults(of(250, 750)) == "");
  CHECK(faults(of(250, 749)) == "cluster.gone_ms ");
  CHECK(faults(of(250, 749), {{"cluster.gone_ms", "is -1"}}) == "");
}

TEST_CASE("settings that need each other are refused alone") {
  CHECK(faults([](auto& cluster) { cluster.user = "a"; }) == "cluster.user ");
  CHECK(faults([](auto& cluster) { cluster.password = "a"; }) == "cluster.password ");
  CHECK(faults([](auto& cluster) { cluster.nkey = "U"; }) == "cluster.nkey ");
  CHECK(faults([](auto& cluster) { cluster.nkey_seed_file = "a"; }) == "cluster.nkey_seed_file ");
  CHECK(faults([](auto& cluster) { cluster.certificate_file = "a"; }) ==
        "cluster.certificate_file ");
  CHECK(faults([](auto& cluster) { cluster.key_file = "a"; }) == "cluster.key_file ");
  CHECK(faults([](auto& cluster) { cluster.require_sync = true; }) == "cluster.require_sync ");
  CHECK(faults([](auto& cluster) {
          cluster.require_sync = true;
          cluster.monitor_url = "http://a:8222";
        }) == "");
}

TEST_CASE("a node has one way to log in to NATS") {
  const auto with_user = [](cluster_settings& cluster) { cluster.user = cluster.password = "a"; };
  CHECK(faults(with_user) == "");
  CHECK(faults([&](auto& cluster) {
          with_user(cluster);
          cluster.credentials_file = "a";
        }) == "cluster ");
  CHECK(faults([&](auto& cluster) {
          with_user(cluster);
          cluster.nkey = cluster.nkey_seed_file = "a";
        }) == "cluster ");
}
