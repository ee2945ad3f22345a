// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <vector>

#include "tests/cluster/log/log_store_contract.hpp"
#include "tests/cluster/log/snapshot_store_contract.hpp"
#include "tests/sim/faulty_stores_fixture.hpp"

using namespace roost;
using namespace roost::cluster;
using namespace roost::sim;
using namespace std::chrono_literals;

TEST_CASE("the faulty log store without faults meets the contract of log stores") {
  contract::run_log_store_contract<log_fixture>();
}

TEST_CASE("the faulty snapshot store without faults meets the contract of snapshot stores") {
  contract::run_snapshot_store_contract<snapshots_fixture>();
}

TEST_CASE("a request is carried out after a delay and answered after another one") {
  log_fixture fixture;
  std::optional<write_result> got;
  fixture.store().append(shard, {}, contract::slice_of("message"),
                         [&](write_result answer) { got = std::move(answer); });
  CHECK(last_of(fixture) == 0);
  CHECK_FALSE(fixture.all.deliver_one());
  while (last_of(fixture) == 0) {
    fixture.time.advance_to(fixture.all.next_due());
    REQUIRE(fixture.all.deliver_one());
  }
  CHECK_FALSE(got);
  fixture.settle();
  REQUIRE(got);
  CHECK(got->outcome == write_outcome::stored);
  CHECK(fixture.all.next_due() == time_point::max());
}

TEST_CASE("a lost request is unknown and not stored, and a lost answer is unknown and stored") {
  log_fixture lossy({.loss_permille = 300});
  auto got = append_often(lossy, 300);
  CHECK(lossy.all.counts().lost > 50);
  CHECK(count(got, write_outcome::unknown) == lossy.all.counts().lost);
  CHECK(last_of(lossy) == 300 - lossy.all.counts().lost);
  log_fixture silent({.lost_answers_permille = 300});
  got = append_often(silent, 300);
  CHECK(silent.all.counts().lost_answers > 50);
  CHECK(count(got, write_outcome::unknown) == silent.all.counts().lost_answers);
  CHECK(last_of(silent) == 300);
}

TEST_CASE("a late request is unknown first and stored afterwards") {
  log_fixture fixture({.late_permille = 1'000});
  int stored_later = 0;
  for (int i = 0; i < 100; ++i) {
    const auto before = last_of(fixture);
    std::optional<write_outcome> got;
    fixture.store().append(shard, sequence{before}, contract::slice_of("message"),
                           [&](const write_result& answer) { got = answer.outcome; });
    fixture.settle_until(fixture.time.now() + 1s);
    REQUIRE(got);
    const bool is_stored = last_of(fixture) > before;
    fixture.settle();
    if (*got == write_outcome::unknown && !is_stored && last_of(fixture) > before) ++stored_later;
  }
  CHECK(stored_later > 30);
  CHECK(last_of(fixture) == 100);
}

TEST_CASE("a copy of a stored append arrives late and fails its expected sequence") {
  log_fixture fixture({.copies_permille = 500});
  const auto got = append_often(fixture, 200);
  fixture.settle();
  CHECK(count(got, write_outcome::stored) == 200);
  CHECK(fixture.all.counts().copies > 50);
  CHECK(fixture.all.counts().copies_stored == 0);
  CHECK(last_of(fixture) == 200);
}

TEST_CASE("a copy of a lost append may be stored later") {
  log_fixture fixture({.loss_permille = 1'000, .copies_permille = 1'000});
  CHECK(append_often(fixture, 1) == std::vector{write_outcome::unknown});
  fixture.settle();
  CHECK(fixture.all.counts().copies_stored == 1);
  CHECK(last_of(fixture) == 1);
}

TEST_CASE("a copy of a snapshot does not replace its successor") {
  snapshots_fixture fixture({.copies_permille = 1'000});
  put_often(fixture, 50);
  CHECK(fixture.all.counts().copies == 50);
  CHECK(fixture.all.counts().copies_stored == 0);
  CHECK(fixture.all.snapshots().last() == sequence{50});
}

TEST_CASE("a refused write and a false conflict store nothing") {
  log_fixture refusing({.copies_permille = 500, .refusals_permille = 300});
  auto got = append_often(refusing, 300);
  refusing.settle();
  CHECK(refusing.all.counts().refusals > 50);
  CHECK(count(got, write_outcome::refused) == refusing.all.counts().refusals);
  CHECK(last_of(refusing) == 300 - refusing.all.counts().refusals);
  log_fixture conflicting({.copies_permille = 500, .false_conflicts_permille = 300});
  got = append_often(conflicting, 300);
  conflicting.settle();
  CHECK(conflicting.all.counts().false_conflicts > 50);
  CHECK(count(got, write_outcome::conflict) == conflicting.all.counts().false_conflicts);
  CHECK(last_of(conflicting) == 300 - conflicting.all.counts().false_conflicts);
}

TEST_CASE("a stale read says that it is older, and lacks the last writes") {
  snapshots_fixture fixture({.stale_reads_permille = 500});
  put_often(fixture, 50);
  unsigned stale = 0;
  for (int i = 0; i < 100; ++i) {
    const auto page = contract::snapshot_client<snapshots_fixture>{fixture}.get(shard, {"room"});
    CHECK(page.messages.at(0).at == page.up_to);
    if (page.up_to < sequence{50}) ++stale;
  }
  CHECK(stale > 20);
  CHECK(stale == fixture.all.counts().stale_reads);
}

TEST_CASE("a purge may arrive late") {
  log_fixture fixture({.late_max = 60s, .late_permille = 1'000});
  auto& logs = fixture.all.logs();
  for (std::uint64_t i = 0; i < 5; ++i) {
    logs.append(shard, sequence{i}, contract::slice_of("message"), [](const write_result&) {});
  }
  std::optional<write_outcome> got;
  fixture.store().purge(shard, sequence{4}, [&](const write_result& x) { got = x.outcome; });
  fixture.settle_until(fixture.time.now() + 1s);
  CHECK(got == write_outcome::unknown);
  std::optional<log_state> state;
  logs.read_state(shard, [&](result<log_state> now) { state = *now; });
  CHECK(state->first == sequence{1});
  CHECK(fixture.all.counts().late_purges == 0);
  fixture.settle();
  CHECK(fixture.all.counts().late_purges == 1);
  logs.read_state(shard, [&](result<log_state> now) { state = *now; });
  CHECK(state->first == sequence{4});
}

TEST_CASE("a purge above the end lifts the last sequence only if that fault is enabled") {
  for (const bool lifts : {false, true}) {
    log_fixture fixture({.purges_lift_last = lifts});
    contract::log_client<log_fixture> log{fixture};
    log.append_all(shard, 1, 3);
    const auto got = log.purge(shard, 9).outcome;
    CHECK(got == (lifts ? write_outcome::stored : write_outcome::refused));
    CHECK(last_of(fixture) == (lifts ? 8 : 3));
    CHECK(fixture.all.counts().lifting_purges == (lifts ? 1 : 0));
  }
}

TEST_CASE("a log with a bound is full until it is truncated, also when the stores heal") {
  log_fixture fixture({.log_bytes_max = 30});
  CHECK(count(append_often(fixture, 5), write_outcome::stored) == 4);
  fixture.all.heal();
  CHECK(count(append_often(fixture, 1), write_outcome::full) == 1);
  contract::log_client<log_fixture>{fixture}.purge(shard, 3);
  CHECK(count(append_often(fixture, 1), write_outcome::stored) == 1);
}

TEST_CASE("removed snapshots are named once") {
  snapshots_fixture fixture;
  put_often(fixture, 1);
  contract::snapshot_client<snapshots_fixture> rooms{fixture};
  CHECK(rooms.remove(shard, "room", sequence{2}).outcome == write_outcome::conflict);
  CHECK(fixture.all.take_removed().empty());
  CHECK(rooms.remove(shard, "room", sequence{1}).outcome == write_outcome::stored);
  const std::vector removed{std::pair{shard, std::string("room")}};
  CHECK(fixture.all.take_removed() == removed);
  CHECK(fixture.all.take_removed().empty());
}

TEST_CASE("full stores refuse writes and count them") {
  log_fixture fixture;
  fixture.fill();
  CHECK(count(append_often(fixture, 3), write_outcome::full) == 3);
  CHECK(fixture.all.counts().full == 3);
}

TEST_CASE("a node that is cut off has no answers while the other one has") {
  log_fixture fixture;
  fixture.all.set_cut_off(0, true);
  CHECK(append_often(fixture, 1) == std::vector{write_outcome::unknown});
  CHECK(last_of(fixture) == 0);
  bool has_failed = false;
  fixture.store().read_state(shard, [&](const result<log_state>& got) { has_failed = !got; });
  std::optional<write_outcome> other;
  fixture.nodes[1].logs->append(shard, {}, contract::slice_of("message"),
                                [&](const write_result& got) { other = got.outcome; });
  fixture.settle();
  CHECK(has_failed);
  CHECK(other == write_outcome::stored);
  fixture.all.set_cut_off(0, false);
  CHECK(append_often(fixture, 1) == std::vector{write_outcome::stored});
}

TEST_CASE("the requests of a killed node are carried out without a callback") {
  log_fixture fixture;
  bool is_called = false;
  fixture.store().append(shard, {}, contract::slice_of("message"),
                         [&](const write_result&) { is_called = true; });
  fixture.nodes[0] = fixture.all.join(0);
  fixture.settle();
  CHECK(last_of(fixture) == 1);
  CHECK_FALSE(is_called);
}

TEST_CASE("a node that dies sends nothing and changes no later fault") {
  const store_faults faults{.loss_permille = 300, .copies_permille = 300};
  log_fixture fixture(faults);
  log_fixture other(faults);
  fixture.all.set_dying(0, true);
  fixture.store().append(shard, {}, contract::slice_of("message"), [](const write_result&) {});
  fixture.store().read_state(shard, [](const result<log_state>&) {});
  CHECK(fixture.all.next_due() == time_point::max());
  fixture.all.set_dying(0, false);
  CHECK(append_often(fixture, 100) == append_often(other, 100));
}

TEST_CASE("the faults depend on the seed, and end when the stores heal") {
  const store_faults faults{.late_permille = 200,
                            .loss_permille = 200,
                            .lost_answers_permille = 200,
                            .copies_permille = 200,
                            .refusals_permille = 200};
  log_fixture first(faults);
  log_fixture same(faults);
  log_fixture other(faults, 8);
  const auto got = append_often(first, 100);
  CHECK(got == append_often(same, 100));
  CHECK(got != append_often(other, 100));
  const auto begin = first.time.now();
  first.all.heal();
  first.settle_until(begin + 2ms);
  CHECK(count(append_often(first, 100), write_outcome::stored) == 100);
  first.settle();
}
