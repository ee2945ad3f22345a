// SPDX-License-Identifier: Apache-2.0
#include "actors/node/shard_limits.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

TEST_CASE("the shards of a node share its memory, and each has a minimum") {
  const settings config;
  const auto few = shard_limits_of(config, 8);
  CHECK(few.queue_bytes_max == 8U << 20U);
  CHECK(few.index_bytes_max == 64U << 20U);
  const auto many = shard_limits_of(config, 256);
  CHECK(many.queue_bytes_max == 1U << 20U);
  CHECK(many.index_bytes_max == 4U << 20U);
}

TEST_CASE("the limits of shards follow the settings, and purges come as often as records expire") {
  settings config;
  config.cluster.log_age_ms = 500;
  config.cluster.log_bytes_max = 2'000'000;
  config.cluster.retention_ms = 7;
  const auto got = shard_limits_of(config, 1);
  CHECK(got.log_age_ms == 500);
  CHECK(got.purge_interval_ms == 500);
  CHECK(got.log_bytes_max == 2'000'000);
  CHECK(got.retention_ms == 7);
  CHECK(got.truncate_delay_ms == 0);
  config.cluster.log_age_ms = 3'600'000;
  CHECK(shard_limits_of(config, 1).purge_interval_ms ==
        cluster::shard_log_limits{}.purge_interval_ms);
}
