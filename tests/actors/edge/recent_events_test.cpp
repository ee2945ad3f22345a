// SPDX-License-Identifier: Apache-2.0
#include "actors/edge/recent_events.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

cluster::event_ptr at(std::uint64_t offset_value, std::size_t bytes = 2) {
  cluster::events::ordered out;
  out.payload = {slice::of(bytes_ptr::copy(std::string(bytes, 'x'))), payload_kind::binary};
  return cluster::share({{}, {}, {}, offset{offset_value}, std::move(out)});
}

}  // namespace

TEST_CASE("recent events are found by their offset and no others are found") {
  recent_events events;
  events.restart(offset{10});
  CHECK(events.head() == offset{10});
  CHECK(events.find(offset{10}) == nullptr);
  for (std::uint64_t n = 11; n <= 13; ++n) events.push(at(n));
  CHECK(events.head() == offset{13});
  for (std::uint64_t n = 11; n <= 13; ++n) {
    REQUIRE(events.find(offset{n}));
    CHECK(events.find(offset{n})->at == offset{n});
  }
  for (std::uint64_t n : {0, 10, 14, 1000}) CHECK(events.find(offset{n}) == nullptr);
}

TEST_CASE("the number of recent events is bounded and the oldest are evicted first") {
  recent_events events;
  for (std::uint64_t n = 1; n <= 1'000; ++n) {
    events.push(at(n));
    REQUIRE(events.size() == std::min<std::size_t>(n, recent_events::events_max));
    REQUIRE(events.find(offset{n})->at == offset{n});
    const auto oldest = n - events.size() + 1;
    REQUIRE(events.find(offset{oldest})->at == offset{oldest});
    REQUIRE(events.find(offset{oldest - 1}) == nullptr);
  }
}

TEST_CASE("the bytes of recent events are bounded but the last event is always kept") {
  recent_events events;
  for (std::uint64_t n = 1; n <= 4; ++n) events.push(at(n, recent_events::bytes_max / 3 - 1'000));
  CHECK(events.size() == 3);
  events.push(at(5, recent_events::bytes_max + 1));
  CHECK(events.size() == 1);
  CHECK(events.find(offset{5}));
  events.push(at(6));
  CHECK(events.size() == 1);
  CHECK(events.find(offset{6}));
}

TEST_CASE("a restart removes all recent events and continues at the given offset") {
  recent_events events;
  for (std::uint64_t n = 1; n <= 100; ++n) events.push(at(n));
  events.restart(offset{40});
  CHECK(events.size() == 0);
  CHECK(events.head() == offset{40});
  CHECK(events.find(offset{40}) == nullptr);
  for (std::uint64_t n = 41; n <= 43; ++n) events.push(at(n, recent_events::bytes_max / 3 - 1'000));
  CHECK(events.size() == 3);  // bytes of evicted events no longer count
}

TEST_CASE("an evicted event is freed") {
  recent_events events;
  auto first = at(1);
  const std::weak_ptr<const cluster::event> watch = first;
  events.push(std::move(first));
  for (std::uint64_t n = 2; n <= recent_events::events_max; ++n) events.push(at(n));
  CHECK_FALSE(watch.expired());
  events.push(at(recent_events::events_max + 1));
  CHECK(watch.expired());
}
