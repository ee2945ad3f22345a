// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/stream_config.hpp"

#include "tests/fixtures/catch.hpp"

namespace {

using namespace roost::cluster;

bool says(const stream_config& stream, const std::string& part) {
  return stream.json.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a log keeps all messages of one subject in files, and refuses when it is full") {
  stream_choices with;
  with.replicas = 3;
  with.log_bytes_max = 1'000;
  with.snapshots_kept = 2;
  const auto log = log_stream_config(*subjects::of("c"), shard_id{4}, with);
  CHECK(log.name == "c_EV_4");
  CHECK(says(log, R"("subjects":["c.ev.4"])"));
  CHECK(says(log, R"("storage":"file")"));
  CHECK(says(log, R"("discard":"new")"));
  CHECK(says(log, R"("max_age":0)"));
  CHECK(says(log, R"("max_bytes":1000,)"));
  CHECK(says(log, R"("max_msgs_per_subject":-1,)"));
  CHECK(says(log, R"("num_replicas":3,)"));
}

TEST_CASE("the snapshots keep the newest messages of each key") {
  stream_choices with;
  with.log_bytes_max = 1'000;
  with.snapshots_kept = 2;
  const auto snapshots = snapshot_stream_config(*subjects::of("c"), with);
  CHECK(snapshots.name == "c_SN");
  CHECK(says(snapshots, R"("subjects":["c.sn.>"])"));
  CHECK(says(snapshots, R"("max_bytes":-1,)"));
  CHECK(says(snapshots, R"("max_msgs_per_subject":2,)"));
  CHECK(says(snapshots, R"("allow_direct":true)"));
}
