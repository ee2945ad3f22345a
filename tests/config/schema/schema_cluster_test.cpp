// SPDX-License-Identifier: Apache-2.0
#include "config/schema/schema_cluster.hpp"

#include <filesystem>

#include "tests/config/load/config_file.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::testing;

namespace {

std::string fault(const std::string& text) {
  return all_of(load_text(R"({"cluster": {)" + text + "}}"));
}

}  // namespace

TEST_CASE("the settings of the logs are loaded into their fields") {
  const auto got =
      load_text(R"({"cluster": {"shards": 3, "log_age_ms": 2000, "log_bytes_max": 5000000000,
                       "commit_timeout_ms": 100, "retention_ms": 0},
           "rooms": [{"snapshot_ms": 250}]})");
  CHECK(all_of(got) == "");
  CHECK(got.values.cluster.shards == 3);
  CHECK(got.values.cluster.log_age_ms == 2'000);
  CHECK(got.values.cluster.log_bytes_max == 5'000'000'000);
  CHECK(got.values.cluster.commit_timeout_ms == 100);
  CHECK(got.values.cluster.retention_ms == 0);
  CHECK(got.values.rooms[0].snapshot_ms == 250);
}

TEST_CASE("a setting of the logs that is out of its bounds is refused") {
  CHECK(fault(R"("shards": 0)").starts_with("cluster.shards: is 0, must be"));
  CHECK(fault(R"("shards": 257)").starts_with("cluster.shards: is 257"));
  CHECK(fault(R"("log_age_ms": 99)").starts_with("cluster.log_age_ms: is 99"));
  CHECK(fault(R"("log_age_ms": 604800001)").starts_with("cluster.log_age_ms: is 604800001"));
  CHECK(fault(R"("log_bytes_max": 1048575)").starts_with("cluster.log_bytes_max: is 1048575"));
  CHECK(fault(R"("log_bytes_max": 1099511627777)").starts_with("cluster.log_bytes_max: is 1099"));
  CHECK(fault(R"("commit_timeout_ms": 99)").starts_with("cluster.commit_timeout_ms: is 99"));
  CHECK(fault(R"("retention_ms": -1)").starts_with("cluster.retention_ms: is -1"));
  CHECK(fault(R"("commit_timeout_ms": 600001)").starts_with("cluster.commit_timeout_ms: is 6000"));
  const auto room = [](const std::string& text) {
    return all_of(load_text(R"({"rooms": [{)" + text + "}]}"));
  };
  CHECK(room(R"("snapshot_ms": 9)").starts_with("rooms[0].snapshot_ms: is 9, must be"));
  CHECK(room(R"("snapshot_ms": 3600001)").starts_with("rooms[0].snapshot_ms: is 3600001"));
}

TEST_CASE("the settings of the nodes are loaded into their fields") {
  const auto got = load_text(R"({"cluster": {
      "nats": ["nats://10.0.0.1:4222", "tls://nats.example.com"], "name": "games_1",
      "replicas": 3, "heartbeat_ms": 100, "gone_ms": 400, "truncate_delay_ms": 0,
      "monitor_url": "http://10.0.0.1:8222", "require_sync": true,
      "link_queue_bytes_max": 2000000, "outgoing_bytes_max": 3000000,
      "unverified_bytes_max": 4000000, "unsent_bytes_max": 5000000}})");
  CHECK(all_of(got) == "");
  const auto& cluster = got.values.cluster;
  CHECK(cluster.nats == std::vector<std::string>{"nats://10.0.0.1:4222", "tls://nats.example.com"});
  CHECK(cluster.name == "games_1");
  CHECK(cluster.replicas == 3);
  CHECK(cluster.heartbeat_ms == 100);
  CHECK(cluster.gone_ms == 400);
  CHECK(cluster.truncate_delay_ms == 0);
  CHECK(cluster.monitor_url == "http://10.0.0.1:8222");
  CHECK(cluster.require_sync);
  CHECK(cluster.link_queue_bytes_max == 2'000'000);
  CHECK(cluster.outgoing_bytes_max == 3'000'000);
  CHECK(cluster.unverified_bytes_max == 4'000'000);
  CHECK(cluster.unsent_bytes_max == 5'000'000);
}

TEST_CASE("files for NATS are relative to the configuration file, and the password is a secret") {
  const auto got = load_text(R"({"cluster": {
      "user": "roost", "password": "long and secret", "ca_file": "ca.pem",
      "certificate_file": "node.pem", "key_file": "/etc/node.key"}})");
  CHECK(all_of(got) == "");
  const auto& cluster = got.values.cluster;
  CHECK(cluster.password == "long and secret");
  CHECK(cluster.ca_file.ends_with("/ca.pem"));
  CHECK(std::filesystem::path(cluster.certificate_file).is_absolute());
  CHECK(cluster.key_file == "/etc/node.key");
  CHECK(load_text(R"({"cluster": {"credentials_file": "a.creds"}})")
            .values.cluster.credentials_file.ends_with("/a.creds"));
}

TEST_CASE("a setting of the nodes that is out of its bounds is refused") {
  CHECK(fault(R"("nats": ["10.0.0.1:4222"])").starts_with("cluster.nats[0]: "));
  CHECK(fault(R"("name": "a.b")").starts_with("cluster.name: "));
  CHECK(fault(R"("name": ")" + std::string(33, 'a') + '"').starts_with("cluster.name: "));
  CHECK(fault(R"("replicas": 6)").starts_with("cluster.replicas: is 6"));
  CHECK(fault(R"("heartbeat_ms": 49)").starts_with("cluster.heartbeat_ms: is 49"));
  CHECK(fault(R"("gone_ms": 600001)").starts_with("cluster.gone_ms: is 600001"));
  CHECK(fault(R"("truncate_delay_ms": -1)").starts_with("cluster.truncate_delay_ms: is -1"));
  CHECK(fault(R"("unsent_bytes_max": 1048575)").starts_with("cluster.unsent_bytes_max: is 10485"));
  CHECK(fault(R"("unsent_bytes_max": 1073741825)")
            .starts_with("cluster.unsent_bytes_max: is 1073741825"));
  CHECK(fault(R"("nkey": "UABC")").starts_with("cluster.nkey: "));
  CHECK(fault(R"("monitor_url": "10.0.0.1:8222")").starts_with("cluster.monitor_url: "));
}
