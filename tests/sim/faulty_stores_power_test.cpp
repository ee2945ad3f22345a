// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/faulty_stores_fixture.hpp"

using namespace roost;
using namespace roost::cluster;
using namespace roost::sim;
using namespace std::chrono_literals;

TEST_CASE("a power cut takes a random end of what is younger than the sync interval") {
  bool has_lost_some = false;
  bool has_lost_all_young = false;
  for (std::uint64_t seed = 1; seed < 40; ++seed) {
    log_fixture fixture({.sync_interval = 120s}, seed);
    contract::log_client<log_fixture> log{fixture};
    log.append_all(shard, 1, 5);
    fixture.time.advance(121s);
    log.append_all(shard, 6, 9);
    fixture.all.cut_power();
    const auto last = last_of(fixture);
    REQUIRE(last >= 5);
    REQUIRE(last <= 9);
    CHECK(fixture.all.counts().messages_cut == 9 - last);
    has_lost_some = has_lost_some || (last > 5 && last < 9);
    has_lost_all_young = has_lost_all_young || last == 5;
    log.append_all(shard, last + 1, last + 1);
  }
  CHECK(has_lost_some);
  CHECK(has_lost_all_young);
}

TEST_CASE("a power cut takes nothing if every write is synced") {
  log_fixture fixture;
  contract::log_client<log_fixture>{fixture}.append_all(shard, 1, 5);
  fixture.all.cut_power();
  CHECK(last_of(fixture) == 5);
}

TEST_CASE("a power cut takes young snapshots and, if they were deleted, those they replaced") {
  for (const bool are_kept : {true, false}) {
    unsigned missing = 0;
    unsigned lost = 0;
    for (std::uint64_t seed = 1; seed < 40; ++seed) {
      snapshots_fixture fixture({.sync_interval = 120s, .are_replaced_kept = are_kept}, seed);
      put_often(fixture, 1);
      fixture.time.advance(121s);
      put_often(fixture, 1);
      fixture.all.cut_power();
      lost += fixture.all.counts().snapshots_cut > 0 ? 1 : 0;
      contract::snapshot_client<snapshots_fixture> rooms{fixture};
      missing += rooms.get(shard, {"room"}).messages.empty() ? 1 : 0;
    }
    CHECK(lost > 5);
    CHECK(missing == (are_kept ? 0 : lost));
  }
}

TEST_CASE("a log of which everything was purged begins anew after a power cut") {
  log_fixture fixture({.sync_interval = 120s});
  contract::log_client<log_fixture> log{fixture};
  log.append_all(shard, 1, 3);
  REQUIRE(log.purge(shard, 4).outcome == write_outcome::stored);
  fixture.all.cut_power();
  CHECK(last_of(fixture) == 0);
}

TEST_CASE("a request on its way is lost with the connection, and its outcome is unknown in time") {
  log_fixture fixture({.copies_permille = 1'000});
  std::optional<write_outcome> got;
  fixture.store().append(shard, {}, contract::slice_of("message"),
                         [&](const write_result& answer) { got = answer.outcome; });
  fixture.all.drop_requests();
  fixture.settle();
  CHECK(got == write_outcome::unknown);
  CHECK(last_of(fixture) == 0);
}
