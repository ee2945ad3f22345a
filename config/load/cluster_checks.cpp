// SPDX-License-Identifier: Apache-2.0
#include "config/load/cluster_checks.hpp"

#include <string>
#include <string_view>

namespace roost {
namespace {

using cluster_settings = settings::cluster_settings;

/// Silence of so many heartbeats is not an accident.
constexpr std::uint32_t heartbeats_min = 3;

void check_pair(std::string_view one, const std::string& one_value, std::string_view other,
                const std::string& other_value, std::vector<problem>& problems) {
  if (one_value.empty() == other_value.empty()) return;
  const auto given = one_value.empty() ? other : one;
  const auto missing = one_value.empty() ? one : other;
  problems.push_back(
      {std::string(given), "is set, but " + std::string(missing) + ", which it needs, is not"});
}

void check_login(const cluster_settings& cluster, std::vector<problem>& problems) {
  check_pair("cluster.user", cluster.user, "cluster.password", cluster.password, problems);
  check_pair("cluster.nkey", cluster.nkey, "cluster.nkey_seed_file", cluster.nkey_seed_file,
             problems);
  check_pair("cluster.certificate_file", cluster.certificate_file, "cluster.key_file",
             cluster.key_file, problems);
  const int ways = (cluster.user.empty() ? 0 : 1) + (cluster.nkey.empty() ? 0 : 1) +
                   (cluster.credentials_file.empty() ? 0 : 1);
  if (ways > 1) {
    problems.push_back({"cluster",
                        "has more than one of user, nkey and credentials_file: a node shows NATS "
                        "one of them"});
  }
}

void check_times(const cluster_settings& cluster, const std::vector<problem>& read,
                 std::vector<problem>& problems) {
  if (is_faulty("cluster.gone_ms", read) || is_faulty("cluster.heartbeat_ms", read)) return;
  if (cluster.gone_ms / heartbeats_min >= cluster.heartbeat_ms) return;
  problems.push_back(
      {"cluster.gone_ms", "is " + std::to_string(cluster.gone_ms) + ", must be at least " +
                              std::to_string(heartbeats_min) + " times cluster.heartbeat_ms (" +
                              std::to_string(cluster.heartbeat_ms) + ")"});
}

}  // namespace

void check_cluster(const settings& all, const std::vector<problem>& read,
                   std::vector<problem>& problems) {
  const auto& cluster = all.cluster;
  if (!cluster.nats.empty() && !all.store.path.empty()) {
    problems.push_back({"cluster.nats",
                        "is set, and store.path, too: a node keeps its rooms in NATS or in a "
                        "folder"});
  }
  if (cluster.require_sync && cluster.monitor_url.empty()) {
    problems.push_back(
        {"cluster.require_sync",
         "is true, but cluster.monitor_url, where the node would read it, is not set"});
  }
  check_login(cluster, problems);
  check_times(cluster, read, problems);
}

}  // namespace roost
