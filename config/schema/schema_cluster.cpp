// SPDX-License-Identifier: Apache-2.0
#include "config/schema/schema_cluster.hpp"

#include "config/schema/value_formats.hpp"

namespace roost {
namespace {

constexpr std::int64_t week_ms = 604'800'000;
constexpr std::int64_t year_ms = 31'536'000'000;
constexpr std::int64_t mib = 1024 * 1024;
constexpr bounds path_bytes{0, 4'096};

void declare_nats(setting_table<settings>& t) {
  t.list(ROOST_FIELD(cluster.nats),
         "Addresses of the NATS servers that connect the nodes and keep their rooms, such as "
         "nats://10.0.0.1:4222 or tls://nats.example.com. Empty: this node is alone.",
         value_type::texts, value_formats::nats_address)
      .text(ROOST_FIELD(cluster.name),
            "Begins the names of this cluster's streams and subjects in NATS.", {1, 32},
            value_formats::node_name)
      .number(ROOST_FIELD(cluster.replicas),
              "Servers of NATS that keep each stream; more than one needs a NATS cluster of at "
              "least so many, of version 2.14.3 or newer.",
              "", {1, 5})
      .text(ROOST_FIELD(cluster.user), "User name at NATS.", {0, 255}, value_formats::field_name)
      .text(ROOST_FIELD(cluster.password), "Password of cluster.user.", {0, 4'096},
            value_formats::field_name)
      .secret()
      .text(ROOST_FIELD(cluster.nkey), "Public NKey of this node at NATS: U and 55 characters.",
            {0, 56}, value_formats::nkey)
      .text(ROOST_FIELD(cluster.nkey_seed_file),
            "File with the seed of cluster.nkey, relative to the configuration file.", path_bytes,
            value_formats::field_name)
      .text(ROOST_FIELD(cluster.credentials_file),
            "File with the JWT and the seed of a user of NATS, relative to the configuration file.",
            path_bytes, value_formats::field_name)
      .text(ROOST_FIELD(cluster.ca_file),
            "File with the certificates that may sign those of the NATS servers, relative to the "
            "configuration file. Empty: those of this machine.",
            path_bytes, value_formats::field_name)
      .text(ROOST_FIELD(cluster.certificate_file),
            "File with this node's certificate for NATS, relative to the configuration file.",
            path_bytes, value_formats::field_name)
      .text(ROOST_FIELD(cluster.key_file),
            "File with the key of cluster.certificate_file, relative to the configuration file.",
            path_bytes, value_formats::field_name)
      .text(ROOST_FIELD(cluster.monitor_url),
            "Address of the monitoring port of a NATS server, such as http://10.0.0.1:8222, where "
            "the node reads whether an answered event survives a power cut. Empty: not known.",
            {0, 2'048}, value_formats::web_address)
      .flag(ROOST_FIELD(cluster.require_sync),
            "Start only if monitor_url shows that NATS syncs each write to its disk "
            "(`sync_interval: always`, version 2.14.6 or newer).");
}

void declare_nodes(setting_table<settings>& t) {
  t.number(ROOST_FIELD(cluster.heartbeat_ms), "Time between two heartbeats of a node.", "ms",
           {50, 60'000})
      .number(ROOST_FIELD(cluster.gone_ms),
              "A node that is silent for so long is gone: other nodes take its rooms. At least "
              "three times heartbeat_ms.",
              "ms", {200, 600'000})
      .number(ROOST_FIELD(cluster.unsent_bytes_max),
              "Maximum size of requests to NATS, such as appends and snapshots, that were not sent "
              "yet. Above it they are refused, and sent again later. Frames to other nodes may "
              "take 32 MiB more.",
              "bytes", {mib, 1'024 * mib})
      .number(ROOST_FIELD(cluster.link_queue_bytes_max),
              "Maximum size of what waits for one other node. Above it the link breaks, and edges "
              "attach again.",
              "bytes", {mib, 1'024 * mib})
      .number(ROOST_FIELD(cluster.outgoing_bytes_max),
              "Maximum size of what waits for all other nodes until the links take it. Above it "
              "their links break.",
              "bytes", {mib, 1'024 * mib})
      .number(ROOST_FIELD(cluster.unverified_bytes_max),
              "Maximum size of events that are held back while this node makes sure that it still "
              "owns their rooms. Above it links break.",
              "bytes", {mib, 1'024 * mib});
}

void declare_logs(setting_table<settings>& t) {
  t.number(ROOST_FIELD(cluster.shards),
           "Number of logs that durable rooms share, at least one for each node. More spread the "
           "load better and merge fewer writes. Fixed once the store or the cluster exists.",
           "", {1, shards_max})
      .number(
          ROOST_FIELD(cluster.log_age_ms),
          "A stored event is in the log for this long until a snapshot of its room replaces it.",
          "ms", {100, week_ms})
      .number(
          ROOST_FIELD(cluster.log_bytes_max),
          "Maximum size of the events in a shard's log that no snapshot replaces yet; rooms are "
          "stored earlier to keep it.",
          "bytes", {mib, mib * mib})
      .number(ROOST_FIELD(cluster.truncate_delay_ms),
              "In NATS: events stay in the log for so long after a snapshot has replaced them. "
              "Longer than `sync_interval` of the NATS servers, or a power cut may take both. 0: "
              "for `sync_interval: always`.",
              "ms", {0, week_ms})
      .number(ROOST_FIELD(cluster.commit_timeout_ms),
              "Time that the store may take. A request that waits longer is answered `unknown "
              "outcome`, rooms of durability `snapshot` whose state is not stored so long refuse "
              "pushes, and a node that stops waits so long for them.",
              "ms", {100, 600'000})
      .number(ROOST_FIELD(cluster.retention_ms),
              "A stored room that had no member and no event for this long loses its content, and "
              "what is left of it after as long again. 0: rooms are kept for ever.",
              "ms", {0, 10 * year_ms});
}

}  // namespace

void declare_cluster(setting_table<settings>& t) {
  t.fixed();
  declare_nats(t);
  declare_nodes(t);
  declare_logs(t);
}

}  // namespace roost
