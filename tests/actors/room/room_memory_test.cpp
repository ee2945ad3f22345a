// SPDX-License-Identifier: Apache-2.0
// Compares a room's memory accounts with the memory that malloc reports.
#include <memory>
#include <string>
#include <vector>

#include "actors/edge/recent_events.hpp"
#include "actors/room/kinds/built_in_handlers.hpp"
#include "actors/room/room.hpp"
#include "config/base/heap_bytes.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/heap.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

/// A room without limits that sums the bytes it is given.
struct full_room {
  explicit full_room(std::size_t topic_bytes, presence_mode mode = presence_mode::off)
      : topic(std::string(topic_bytes, 't')) {
    rule.history = {1'000'000, 1'000'000'000, 1'000'000'000};
    rule.presence.mode = mode;
    rule.presence.full_max = 1'000'000;
    rule.receipts.users_max = 1'000'000;
    rule.idempotency_bytes_max = 1'000'000'000;
    made = std::make_unique<room>(topic, rule, make_handler, new_epoch{epoch{1}, "abcdefghijkl"},
                                  nullptr, false);
  }
  /// A command of this member as the edge creates it: the payload is a slice of a client's message.
  template <class Kind>
  void take(Kind kind, std::uint64_t member, const std::string& text, std::string user = {},
            std::string idempotency_key = {}) {
    const auto head = R"(["1","1","")" + topic.name + R"(","msg",)";
    auto message = bytes_ptr::copy(head + text + "]");
    const payload part{slice{std::move(message), static_cast<std::uint32_t>(head.size()),
                             static_cast<std::uint32_t>(text.size())}};
    if constexpr (requires { kind.user; }) kind.user = std::move(user);
    if constexpr (requires { kind.meta; }) kind.meta = part;
    if constexpr (requires { kind.idempotency_key; }) {
      kind.event = "msg";
      kind.payload = part;
      kind.idempotency_key = std::move(idempotency_key);
    }
    if constexpr (requires { kind.at; }) kind.at = {"abcdefghijkl", offset{1}};
    const cluster::command next{
        topic, 0, {{node_id{1}, 1}, ++number, connection_id{member}}, 0, std::move(kind)};
    made->apply(next, time_point{}, out);
    out.clear();
  }

  roost::topic topic;
  room_rule rule;
  std::unique_ptr<room> made;
  std::vector<cluster::event_ptr> out;
  std::uint64_t number = 0;
};

/// Checks that the account and the real memory differ by a factor of at most 1.3.
void check_ratio(std::size_t counted, std::size_t cost) {
  INFO("counted " << counted << ", it costs " << cost);
  CHECK(static_cast<double>(cost) <= 1.3 * static_cast<double>(counted));
  CHECK(static_cast<double>(counted) <= 1.3 * static_cast<double>(cost));
}

std::string json_of(std::size_t bytes) {
  return bytes <= 10 ? "{}" : "{\"x\":\"" + std::string(bytes - 8, 'x') + "\"}";
}

bool is_unknown() {
  if (!tests::measures_heap) WARN("skipped: a sanitizer's malloc does not say what is in use");
  return !tests::measures_heap;
}

}  // namespace

TEST_CASE("the history account matches the heap for any topic and payload") {
  if (is_unknown()) return;
  const auto topic_bytes = GENERATE(10, 255);
  const auto payload_bytes = GENERATE(2, 100, 400, 10'000);
  CAPTURE(topic_bytes, payload_bytes);
  full_room it(static_cast<std::size_t>(topic_bytes));
  it.take(commands::join{}, 1, "{}");
  const auto payload = json_of(static_cast<std::size_t>(payload_bytes));
  const auto before = tests::heap_in_use();
  for (int n = 0; n < 4'000; ++n) it.take(commands::push{}, 1, payload);
  check_ratio(it.made->past().bytes(), tests::heap_in_use() - before);
}

TEST_CASE("the presence account matches the heap for any key and meta") {
  if (is_unknown()) return;
  const auto mode = GENERATE(presence_mode::full, presence_mode::count, presence_mode::off);
  const auto meta_bytes = GENERATE(2, 300, 4'000);
  const auto key_bytes = GENERATE(8, 200);
  CAPTURE(name_of(mode), meta_bytes, key_bytes);
  full_room it(10, mode);
  const auto meta = json_of(static_cast<std::size_t>(meta_bytes));
  it.take(commands::join{}, 1, meta, "first");
  const auto before = tests::heap_in_use();
  // Fill the hash tables to their average load: one third above the size of the last growth.
  for (std::uint64_t n = 2; n < 4'600; ++n) {
    it.take(commands::join{}, n, meta,
            std::to_string(n) + std::string(std::size_t(key_bytes), 'k'));
    it.made->tick(time_point{} + std::chrono::seconds(n), it.out);
    it.out.clear();
  }
  check_ratio(it.made->held().presence, tests::heap_in_use() - before);
}

TEST_CASE("the idempotency account matches the heap for any length of key") {
  if (is_unknown()) return;
  const auto value_bytes = GENERATE(6, 36, 1'000);
  CAPTURE(value_bytes);
  full_room it(10);
  it.rule.history.events_max = 0;
  it.made->use(it.rule, time_point{});
  it.take(commands::join{}, 1, "{}");
  const auto before = tests::heap_in_use();
  for (int n = 0; n < 4'600; ++n) {
    it.take(commands::push{}, 1, "{}", "ann",
            std::to_string(n) + std::string(static_cast<std::size_t>(value_bytes), 'v'));
  }
  check_ratio(it.made->held().idempotency, tests::heap_in_use() - before);
}

TEST_CASE("the receipts account matches the heap for any length of user name") {
  if (is_unknown()) return;
  const auto user_bytes = GENERATE(6, 200);
  full_room it(10);
  it.take(commands::join{}, 1, "{}");
  it.take(commands::push{}, 1, "{}");
  const auto before = tests::heap_in_use();
  for (int n = 0; n < 4'600; ++n) {
    it.take(commands::mark_read{}, 1, "{}",
            std::to_string(n) + std::string(static_cast<std::size_t>(user_bytes), 'u'));
  }
  check_ratio(it.made->held().receipts, tests::heap_in_use() - before);
}

TEST_CASE("the account of recent events matches the heap") {
  if (is_unknown()) return;
  const auto payload_bytes = GENERATE(2, 100, 3'000);
  const cluster::shared_topic room_topic{topic{std::string(255, 't')}};
  const auto before = tests::heap_in_use();
  std::vector<recent_events> buffers(50);
  std::size_t counted = 0;
  for (auto& buffer : buffers) {
    for (std::uint64_t n = 1; n <= recent_events::events_max; ++n) {
      events::ordered body;
      body.name = "msg";
      body.payload.data = slice::of(bytes_ptr::copy(json_of(std::size_t(payload_bytes))));
      buffer.push(cluster::share({room_topic, {}, {}, offset{n}, std::move(body)}));
    }
    counted += buffer.bytes();
  }
  check_ratio(counted, tests::heap_in_use() - before);
}

TEST_CASE("a room that releases its memory frees it and accounts for zero bytes") {
  full_room it(10, presence_mode::full);
  it.take(commands::join{}, 1, "{}", "ann");
  for (int n = 0; n < 2'000; ++n)
    it.take(commands::push{}, 1, json_of(400), "ann", std::to_string(n));
  for (int n = 0; n < 2'000; ++n)
    it.take(commands::mark_read{}, 1, "{}", "user" + std::to_string(n));
  it.take(commands::leave{}, 1, "{}");
  const auto held =
      it.made->past().bytes() + it.made->held().idempotency + it.made->held().receipts;
  CHECK(held > 1'000'000);
  const auto before = tests::heap_in_use();
  it.made->free_memory();
  if (tests::measures_heap) check_ratio(held, before - tests::heap_in_use());
  CHECK(it.made->past().bytes() == 0);
  CHECK(it.made->held().idempotency == 0);
  CHECK(it.made->held().receipts == 0);
  CHECK(it.made->held().presence == 0);
}

TEST_CASE("expired idempotency keys are removed at a tick without a further push") {
  full_room it(10);
  it.rule.history.events_max = 0;
  it.made->use(it.rule, time_point{});
  it.take(commands::join{}, 1, "{}");
  it.take(commands::push{}, 1, "{}", "ann", "a");
  const auto due = it.made->next_due();
  REQUIRE(due);
  CHECK(*due >= time_point{} + idempotency::window_min);
  it.made->tick(*due, it.out);
  CHECK(it.made->held().idempotency == 0);
  CHECK_FALSE(it.made->next_due());
}

TEST_CASE("idempotency keys are evicted before receipts and only as many as needed") {
  full_room it(10);
  it.take(commands::join{}, 1, "{}");
  for (int n = 0; n < 10; ++n) it.take(commands::push{}, 1, "{}", "ann", std::to_string(n));
  for (int n = 0; n < 10; ++n) it.take(commands::mark_read{}, 1, "{}", "user" + std::to_string(n));
  const auto full = it.made->held();
  it.made->evict_values(full.idempotency / 2);
  CHECK(it.made->held().idempotency == full.idempotency / 2);
  CHECK(it.made->held().receipts == full.receipts);
  it.made->evict_values(full.idempotency / 2 + 1);
  CHECK(it.made->held().idempotency == 0);
  CHECK(it.made->held().receipts == full.receipts / 10 * 9);
}

TEST_CASE("a join with too large a meta is refused and an update with one keeps the old meta") {
  full_room it(10, presence_mode::full);
  it.made->bound_members(1'000);
  it.take(commands::join{}, 1, json_of(100), "ann");
  it.take(commands::join{}, 2, json_of(2'000), "bob");
  CHECK(it.made->members() == 1);
  const auto before = it.made->held().presence;
  it.take(commands::update_meta{}, 1, json_of(2'000), "ann");
  CHECK(it.made->held().presence == before);
  CHECK(it.made->members() == 1);
}
