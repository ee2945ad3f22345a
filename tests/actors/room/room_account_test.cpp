// SPDX-License-Identifier: Apache-2.0
#include "actors/room/room_account.hpp"

#include <limits>
#include <string>

#include "actors/room/empty_rooms.hpp"
#include "actors/room/kinds/built_in_handlers.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;
using gauge = metrics::gauge;

namespace {

constexpr auto no_limit = std::numeric_limits<std::size_t>::max();

/// A room and its memory account, as the room's actor holds them.
struct accounted {
  accounted(metrics& probe, empty_rooms& empty)
      : account(probe, empty),
        made(topic{"room:1"}, rule(), make_handler, new_epoch{epoch{1}, "e"}) {}
  static room_rule rule() {
    room_rule out;
    out.idempotency_field = "id";
    return out;
  }
  template <class Kind>
  void take(Kind kind) {
    ++number;
    const cluster::command next{
        {}, 0, {{node_id{1}, 1}, number, connection_id{1}}, number - 1, std::move(kind)};
    std::vector<cluster::event_ptr> out;
    made.bound_members(account.member_bytes_max(limits));
    made.apply(next, time_point{}, out);
    gave_up_history = account.settle(made, limits);
  }
  room_account account;
  room made;
  settings::limit_settings limits;
  bool gave_up_history = false;
  std::uint64_t number = 0;
};

const std::string large = "{\"x\":\"" + std::string(2'000, 'x') + "\"}";

payload json_of(const std::string& text) { return {slice::of(bytes_ptr::copy(text))}; }

cluster::commands::join joining(const std::string& meta) {
  cluster::commands::join out;
  out.meta = json_of(meta);
  return out;
}

cluster::commands::push pushing(const std::string& text, const std::string& idempotency_key = {}) {
  return {{}, "msg", json_of(text), idempotency_key};
}

}  // namespace

TEST_CASE("the metrics report the memory of rooms by type and zero after their end") {
  metrics probe;
  empty_rooms empty;
  accounted one(probe, empty);
  one.take(joining(large));
  one.take(pushing(large, "a"));
  CHECK(probe.value(gauge::history_bytes) == static_cast<double>(one.made.past().bytes()));
  CHECK(probe.value(gauge::rooms_with_history) == 1);
  CHECK(probe.value(gauge::presence_bytes) > 2'000);
  CHECK(probe.value(gauge::idempotency_bytes) > 0);
  CHECK(probe.value(gauge::receipt_bytes) == 0);
  CHECK(probe.value(gauge::answer_bytes) > 0);
  one.account.close();
  for (auto each : {gauge::history_bytes, gauge::rooms_with_history, gauge::presence_bytes,
                    gauge::idempotency_bytes, gauge::receipt_bytes, gauge::answer_bytes}) {
    CHECK(probe.value(each) == 0);
  }
}

TEST_CASE("above rooms_bytes_max a member may take an equal share and at twice the bound nothing") {
  metrics probe;
  empty_rooms empty;
  room_account account(probe, empty);
  settings::limit_settings limits;
  limits.rooms_bytes_max = 10'000;
  probe.add(gauge::members, 20);
  probe.add(gauge::presence_bytes, 10'000);
  CHECK(account.member_bytes_max(limits) == no_limit);
  probe.add(gauge::receipt_bytes, 1);
  CHECK(account.member_bytes_max(limits) == 500);
  probe.add(gauge::idempotency_bytes, 10'000);
  CHECK(account.member_bytes_max(limits) == 0);
  limits.rooms_bytes_max = 0;
  CHECK(account.member_bytes_max(limits) == no_limit);
}

TEST_CASE("above rooms_bytes_max a room evicts its own idempotency keys") {
  metrics probe;
  empty_rooms empty;
  accounted one(probe, empty);
  probe.add(gauge::rooms, 10);
  one.limits.rooms_bytes_max = 20'000;
  one.take(joining("{}"));
  for (int n = 0; n < 300; ++n) one.take(pushing("{}", std::to_string(n)));
  const auto held = one.made.held().idempotency;
  CHECK(held <= 20'000);
  CHECK(held >= 10'000);
  CHECK(probe.value(gauge::idempotency_bytes) == static_cast<double>(held));
  CHECK(probe.value(metrics::counter::memory_cuts) > 0);
}

TEST_CASE("above history_bytes_max a room with more than its share gives up history") {
  metrics probe;
  empty_rooms empty;
  accounted one(probe, empty);
  one.limits.history_bytes_max = 10'000;
  one.take(joining("{}"));
  for (int n = 0; n < 4; ++n) one.take(pushing(large));
  CHECK_FALSE(one.gave_up_history);
  one.take(pushing(large));
  CHECK(one.gave_up_history);
  CHECK(probe.value(gauge::history_bytes) <= 10'000);
  CHECK(one.account.history_bytes() == one.made.past().bytes());
}
