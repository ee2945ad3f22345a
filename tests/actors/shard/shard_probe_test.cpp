// SPDX-License-Identifier: Apache-2.0
#include "actors/shard/shard_probe.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using actors::shard_probe;
using counter = metrics::counter;
using gauge = metrics::gauge;

TEST_CASE("a shard is unavailable until it is set available, and not after its end") {
  metrics probe;
  shard_probe one(probe, loop_id{0});
  shard_probe other(probe, loop_id{1});
  CHECK(probe.value(gauge::shards_unavailable) == 2);
  one.set_available(true);
  one.set_available(true);
  CHECK(probe.value(gauge::shards_unavailable) == 1);
  one.set_available(false);
  CHECK(probe.value(gauge::shards_unavailable) == 2);
  one.close();
  other.close();
  CHECK(probe.value(gauge::shards_unavailable) == 0);
}

TEST_CASE("the totals and the present sizes of a shard are reported once") {
  metrics probe;
  shard_probe shard(probe, loop_id{0});
  cluster::shard_log_counters counts;
  counts.appends = 2;
  counts.records = 30;
  counts.appended_bytes = 400;
  counts.snapshots = 5;
  counts.purges = 6;
  counts.queued_bytes = 70;
  counts.log_bytes = 80;
  shard.count(counts);
  shard.count(counts);
  CHECK(probe.value(counter::store_appends) == 2);
  CHECK(probe.value(counter::store_records) == 30);
  CHECK(probe.value(counter::store_bytes) == 400);
  CHECK(probe.value(counter::store_snapshots) == 5);
  CHECK(probe.value(counter::store_truncations) == 6);
  CHECK(probe.value(gauge::store_queued_bytes) == 70);
  CHECK(probe.value(gauge::store_log_bytes) == 80);
  shard.close();
  CHECK(probe.value(gauge::store_queued_bytes) == 0);
  CHECK(probe.value(gauge::store_log_bytes) == 0);
  CHECK(probe.value(counter::store_records) == 30);
}

TEST_CASE("each append is timed, and counted by its outcome if it failed") {
  metrics probe;
  shard_probe shard(probe, loop_id{0});
  const time_point now{};
  const auto answer = [&](std::uint64_t request, cluster::write_outcome outcome) {
    shard.answered(request, cluster::write_result{outcome, {}, {}}, now + milliseconds(3));
  };
  shard.append_sent(7, now);
  answer(7, cluster::write_outcome::full);
  shard.append_sent(8, now);
  answer(8, cluster::write_outcome::stored);
  answer(9, cluster::write_outcome::refused);  // of a snapshot
  CHECK(probe.value(metrics::histogram::store_append) == 2);
  CHECK(probe.value(counter::store_appends_failed) == 1);
  CHECK(probe.text().find("roost_store_appends_failed_total{outcome=\"full\"} 1") !=
        std::string::npos);
}

TEST_CASE("a shard is owned from its take-over until it is lost, and each take-over counts") {
  metrics probe;
  shard_probe shard(probe, loop_id{0});
  shard.lost(cluster::stop_reason::held);  // a take-over that failed
  CHECK(probe.value(gauge::shards_owned) == 0);
  shard.taken();
  shard.taken();  // again, by a newer ownership
  CHECK(probe.value(gauge::shards_owned) == 1);
  CHECK(probe.value(counter::shards_taken) == 2);
  shard.lost(cluster::stop_reason::fenced);
  CHECK(probe.value(gauge::shards_owned) == 0);
  shard.taken();
  shard.close();
  CHECK(probe.value(gauge::shards_owned) == 0);
}

TEST_CASE("loads and lost shards are counted by their label") {
  metrics probe;
  shard_probe shard(probe, loop_id{0});
  shard.loaded(true);
  shard.loaded(false);
  shard.lost(cluster::stop_reason::unreadable);
  CHECK(probe.text().find("roost_room_loads_total{result=\"failed\"} 1") != std::string::npos);
  CHECK(probe.text().find("roost_shards_lost_total{reason=\"unreadable\"} 1") != std::string::npos);
  // Each loss of data once, whether the shard was served or not.
  cluster::shard_log_counters counts;
  counts.losses = 1;
  shard.lost(cluster::stop_reason::lost);
  shard.count(counts);
  shard.count(counts);
  CHECK(probe.text().find("roost_shards_lost_total{reason=\"lost\"} 1") != std::string::npos);
}
