// SPDX-License-Identifier: Apache-2.0
#include "actors/room/history.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

constexpr std::uint32_t plenty = 1'000'000;

time_point after_ms(int ms) { return time_point{} + milliseconds{ms}; }

// Appends `count` events whose name and payload have `size` bytes together.
void append(history& to, int count, time_point now = {}, std::size_t size = 10) {
  for (int i = 0; i < count; ++i) {
    cluster::events::ordered made;
    made.name = "event";
    made.payload.data = slice::of(bytes_ptr::copy(std::string(size - 5, 'x')));
    to.append(cluster::share({{}, {}, {}, offset{to.head().value + 1}, std::move(made)}), now);
  }
}

history made_with(std::uint32_t events_max, std::uint32_t age_ms_max = plenty,
                  std::uint32_t bytes_max = plenty) {
  history out{{events_max, age_ms_max, bytes_max}};
  out.begin_epoch(epoch{1}, "one");
  return out;
}

bool recovers(const history& held, const char* text, std::uint64_t at) {
  return held.recovers({text, offset{at}});
}

bool has_happened(const history& held, const char* text, std::uint64_t at) {
  return held.has_happened({text, offset{at}});
}

}  // namespace

TEST_CASE("a new history is empty and recovers a member that has seen no event") {
  const auto held = made_with(10);
  CHECK(held.head() == offset{0});
  CHECK(held.first_held() == offset{1});
  CHECK(held.epoch_text() == "one");
  CHECK_FALSE(held.next_due());
  CHECK(recovers(held, "one", 0));
  CHECK_FALSE(recovers(held, "one", 1));
  CHECK_FALSE(recovers(held, "other", 0));
  CHECK_FALSE(has_happened(held, "one", 0));
}

TEST_CASE("a history holds at most events_max events and drops the oldest") {
  auto held = made_with(3);
  append(held, 5);
  CHECK(held.size() == 3);
  CHECK(held.head() == offset{5});
  CHECK(held.first_held() == offset{3});
  CHECK_FALSE(held.find(offset{2}));
  REQUIRE(held.find(offset{3}));
  CHECK(held.find(offset{3})->at == offset{3});
  CHECK(held.find(offset{5})->at == offset{5});
  CHECK_FALSE(held.find(offset{6}));
  CHECK_FALSE(held.find(offset{0}));
}

TEST_CASE("a history with events_max 0 holds no events and still knows its head") {
  auto held = made_with(0);
  append(held, 4);
  CHECK(held.size() == 0);
  CHECK(held.bytes() == 0);
  CHECK(held.head() == offset{4});
  CHECK(held.first_held() == offset{5});
  CHECK(held.after(offset{0}, plenty).empty());
  CHECK(recovers(held, "one", 4));
  CHECK_FALSE(recovers(held, "one", 3));
  CHECK(has_happened(held, "one", 1));
}

TEST_CASE("an event counts its name and payload and overhead") {
  auto one = made_with(1);
  append(one, 1);
  const auto each = static_cast<std::uint32_t>(one.bytes());
  auto held = made_with(10, plenty, 3 * each);
  append(held, 3);
  CHECK(held.bytes() == 3 * each);
  append(held, 1);
  CHECK(held.size() == 3);
  append(held, 1, {}, 4 * each);
  CHECK(held.size() == 0);
  CHECK(held.bytes() == 0);
}

TEST_CASE("events expire at the age limit and the history reports the next expiry") {
  auto held = made_with(10, 100);
  append(held, 1, after_ms(0));
  append(held, 1, after_ms(60));
  CHECK(held.next_due() == after_ms(100));
  held.trim(after_ms(99));
  CHECK(held.size() == 2);
  held.trim(after_ms(100));
  CHECK(held.first_held() == offset{2});
  CHECK(held.next_due() == after_ms(160));
  append(held, 1, after_ms(200));
  CHECK(held.first_held() == offset{3});
}

TEST_CASE("shrinking a history removes its oldest events and keeps its limits") {
  auto held = made_with(10);
  append(held, 5);
  const auto each = held.bytes() / 5;
  held.shrink(2 * each + 1);
  CHECK(held.size() == 2);
  CHECK(held.first_held() == offset{4});
  CHECK(held.head() == offset{5});
  CHECK_FALSE(recovers(held, "one", 2));
  CHECK(recovers(held, "one", 3));
  held.shrink(0);
  CHECK(held.bytes() == 0);
  append(held, 10);
  CHECK(held.size() == 10);
}

TEST_CASE("a page starts after the requested offset or with the oldest held event") {
  auto held = made_with(3);
  append(held, 5);
  CHECK(held.after(offset{0}, plenty).front()->at == offset{3});
  const auto page = held.after(offset{3}, plenty);
  REQUIRE(page.size() == 2);
  CHECK(page[0]->at == offset{4});
  CHECK(page[1]->at == offset{5});
  CHECK(held.after(offset{5}, plenty).empty());
  CHECK(held.after(offset{~std::uint64_t{0}}, plenty).empty());
}

TEST_CASE("a page has as many events as fit and at least one") {
  auto held = made_with(10);
  append(held, 5);
  CHECK(held.after(offset{0}, 30).size() == 3);
  CHECK(held.after(offset{0}, 29).size() == 2);
  CHECK(held.after(offset{0}, 0).size() == 1);
}

TEST_CASE("a resume is recovered from the head back to the oldest held event") {
  auto held = made_with(3);
  append(held, 5);
  CHECK(recovers(held, "one", 5));
  CHECK(recovers(held, "one", 2));
  CHECK_FALSE(recovers(held, "one", 1));
  CHECK_FALSE(recovers(held, "one", 6));
  CHECK_FALSE(recovers(held, "one", ~std::uint64_t{0}));
}

TEST_CASE("a resume from an earlier epoch is recovered only up to the start of the next epoch") {
  auto held = made_with(10);
  append(held, 3);
  held.begin_epoch(epoch{2}, "two");
  append(held, 2);
  CHECK(held.current() == epoch{2});
  CHECK(recovers(held, "one", 3));
  CHECK_FALSE(recovers(held, "one", 4));
  CHECK(recovers(held, "two", 3));  // the client has seen no event of this epoch
  CHECK_FALSE(recovers(held, "two", 2));
  CHECK(recovers(held, "two", 5));
  CHECK(has_happened(held, "one", 3));
  CHECK_FALSE(has_happened(held, "one", 4));
  CHECK_FALSE(has_happened(held, "two", 3));
  CHECK(has_happened(held, "two", 4));
}

TEST_CASE("an epoch is known until a client that has seen all of it would miss an event") {
  auto held = made_with(2);
  append(held, 2);
  held.begin_epoch(epoch{2}, "two");  // this epoch has no events
  held.begin_epoch(epoch{3}, "three");
  append(held, 2);  // history holds 3 and 4
  CHECK_FALSE(recovers(held, "one", 1));
  CHECK(recovers(held, "one", 2));
  CHECK(recovers(held, "two", 2));
  append(held, 1);  // history holds 4 and 5
  CHECK_FALSE(recovers(held, "one", 2));
  CHECK_FALSE(recovers(held, "two", 2));
  CHECK_FALSE(recovers(held, "three", 2));
  CHECK(recovers(held, "three", 3));
}

TEST_CASE("a crash after every event has expired loses no position at the head") {
  auto held = made_with(2);
  append(held, 2);
  held.shrink(0);
  held.begin_epoch(epoch{2}, "two");
  CHECK(recovers(held, "one", 2));
  CHECK_FALSE(recovers(held, "one", 1));
}

TEST_CASE("the newest 256 epochs are known when a handler crashes again and again") {
  auto held = made_with(2);
  for (std::uint64_t i = 2; i <= 300; ++i) held.begin_epoch(epoch{i}, std::to_string(i));
  CHECK(held.epochs().size() == history::epochs_max);
  CHECK_FALSE(recovers(held, "44", 0));
  CHECK(recovers(held, "45", 0));
  CHECK(recovers(held, "300", 0));
}
