// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/retention.hpp"

#include "tests/cluster/log/shard_log_fixture.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

namespace {

constexpr std::int64_t retention_ms = 100'000;

/// An owner in whose store there is a snapshot of the room "a", and a later one of the same shard.
struct retention_fixture : shard_log_fixture {
  explicit retention_fixture(stores shared = std::make_shared<model::store>(1))
      : shard_log_fixture(std::move(shared), 1, limits()) {}
  static shard_log_limits limits() {
    auto out = prompt_limits();
    out.retention_ms = retention_ms;
    return out;
  }
  /// The clock of the owner: Unix time in milliseconds.
  std::int64_t wall_ms() const {
    return 1'000 + std::chrono::duration_cast<milliseconds>(now - begin).count();
  }
  /// Stores the room "a", with one event or without content, as touched now, and leaves it.
  void leave_room(bool is_empty) {
    serve();
    load("a");
    push("a", 1);
    run();
    advance(20'000);
    run();
    auto state = room.capture(topic{"a"});
    state.touched_ms = wall_ms();
    state.is_empty = is_empty;
    log.captured(topic{"a"}, 1, std::move(state), now);
    run();
    REQUIRE(log.is_covered(topic{"a"}));
    log.drop(topic{"a"});
    advance(20'000);
    run();  // the log is truncated
    advance(20'000);
    run();
    effects.clear();
  }
  void restart() {
    log.stop();
    serve(wall_ms() * 1'000);
  }
  bool is_retired() { return take<shard_effects::retire>().has_value(); }

  time_point begin = now;
};

}  // namespace

TEST_CASE("a room that was not touched for the retention time is to be retired") {
  retention_fixture owner;
  owner.leave_room(false);
  CHECK_FALSE(owner.is_retired());
  owner.advance(retention_ms);
  owner.run();
  CHECK(owner.is_retired());
}

TEST_CASE(
    "a room is not retired before its time, while it is loaded, or without a retention time") {
  retention_fixture owner;
  owner.serve();
  owner.load("a");
  owner.push("a", 1);
  owner.run();
  owner.advance(20'000);
  owner.capture("a");
  owner.run();
  owner.advance(2 * retention_ms);
  owner.run();
  CHECK_FALSE(owner.is_retired());  // touched at 0, but loaded
  shard_log_fixture without(owner.store, 2);
  without.serve(10'000'000'000);
  without.advance(1'000'000);
  without.run();
  CHECK_FALSE(without.take<shard_effects::retire>());
}

TEST_CASE("a rest is removed after twice the time, and only under a newer ownership") {
  retention_fixture owner;
  owner.leave_room(true);
  owner.advance(2 * retention_ms);
  owner.run();
  CHECK(owner.store->newest("a"));  // clients may hold positions of this ownership
  owner.restart();
  owner.advance(20'000);
  owner.run();  // truncates the log below the new marker
  owner.advance(20'000);
  owner.run();
  CHECK_FALSE(owner.is_retired());
  CHECK_FALSE(owner.store->newest("a"));
}

TEST_CASE("a rest that is loaded is stored again before it is used") {
  retention_fixture owner;
  owner.leave_room(true);
  owner.restart();
  owner.log.load(topic{"a"});
  owner.run();
  const auto loaded = owner.take<shard_effects::loaded>();
  REQUIRE(loaded);
  CHECK(loaded->stores_first);
}

TEST_CASE("a late removal of a rest fails if the room was stored again meanwhile") {
  retention_fixture owner;
  owner.leave_room(true);
  owner.restart();
  owner.advance(20'000);
  owner.run();  // truncates the log below the new marker
  owner.advance(2 * retention_ms);
  owner.poll();
  std::vector<log_request> removals;
  for (int i = 0; i < 100 && removals.empty(); ++i) {
    for (auto& request : std::exchange(owner.requests, {})) {
      if (std::holds_alternative<log_requests::remove>(request.body)) {
        removals.push_back(request);
      } else {
        owner.log.answer(request.id, owner.store->execute(request, 0), owner.now);
      }
    }
    if (owner.requests.empty()) owner.advance(2'000);
    owner.poll();
  }
  REQUIRE(removals.size() == 1);
  owner.log.load(topic{"a"});
  owner.run();
  owner.open(owner.take<shard_effects::loaded>().value());
  owner.capture("a");
  owner.run();
  const auto late = std::get<write_result>(owner.store->execute(removals[0], 0));
  CHECK(late.outcome == write_outcome::conflict);
  CHECK(owner.store->newest("a"));
}
