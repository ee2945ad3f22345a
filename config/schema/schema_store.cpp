// SPDX-License-Identifier: Apache-2.0
#include "config/schema/schema_store.hpp"

#include "config/schema/value_formats.hpp"

namespace roost {

void declare_store(setting_table<settings>& t) {
  t.fixed()
      .text(ROOST_FIELD(store.path),
            "Folder in which this node keeps its rooms over a restart, relative to the "
            "configuration file. One process uses it. Empty: rooms are in memory.",
            {0, 4'096}, value_formats::field_name)
      .choice(ROOST_FIELD(store.sync),
              "When stored rooms survive a power cut: `always` before an answer, `interval` about "
              "a second later. Both survive the end of the process.");
}

void declare_cluster(setting_table<settings>& t) {
  constexpr std::int64_t week_ms = 604'800'000;
  constexpr std::int64_t year_ms = 31'536'000'000;
  constexpr std::int64_t mib = 1024 * 1024;
  t.fixed()
      .number(
          ROOST_FIELD(cluster.shards),
          "Number of logs that durable rooms share. More spread the load better and merge fewer "
          "writes. Fixed once the store exists.",
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

}  // namespace roost
