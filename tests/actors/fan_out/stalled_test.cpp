// SPDX-License-Identifier: Apache-2.0
// Members of a busy room that stop reading must not delay those that read, counted in iterations.

#include <algorithm>

#include "actors/room/kinds/built_in_handlers.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::tests;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t stalled_count = 1'000;
constexpr int events = 60;
const std::string filling(2'000, 'x');

/// Pushes events to a room in which `stalled` members do not read, each after the previous one has
/// arrived. Returns the most iterations between a push and its delivery to the reading member.
std::uint64_t latest(std::size_t stalled, std::size_t outbox_bytes, std::size_t& ended) {
  net::iteration_budget budget;  // the default, but without a time limit
  budget.send_time_max = 1h;
  node_fixture it(1, quiet(), actors::make_handler, budget);
  std::vector<session_fixture*> crowd;
  auto& reader = it.open(0);
  it.loops.on(0, [&] {
    for (std::size_t i = 0; i < stalled; ++i) {
      crowd.push_back(&it.open_here(0));
      crowd.back()->say(line("1", "room:busy", "phx_join", "{}"));
    }
  });
  it.join(reader, "room:busy");
  it.loops.on(0, [&] {
    for (auto* each : crowd) each->limit_room(outbox_bytes);
  });
  std::uint64_t max = 0;
  for (int n = 0; n < events; ++n) {
    const auto name = "\"event" + std::to_string(n) + "\"";
    std::uint64_t said_at = 0;
    it.loops.on(0, [&] {
      said_at = it.loops.at(0).iterations();
      reader.say(line("2", "room:busy", name.substr(1, name.size() - 2),
                      "{\"text\":\"" + filling + "\"}"));
    });
    it.wait_for(reader, name);
    it.loops.wait_until(0, [&] { return reader.written_at.size() == reader.got.size(); });
    it.loops.on(0, [&] {
      // Ignore the first event: it still costs one send per stalled member, to find its window
      // full.
      if (n > 0) max = std::max(max, reader.written_at.back() - said_at);
    });
  }
  it.loops.on(0, [&] {
    ended = static_cast<std::size_t>(std::count_if(crowd.begin(), crowd.end(), [](auto* each) {
      return each->close_reason == errc::slow_consumer;
    }));
    // After a send was incomplete, a member is not tried again until it becomes writable.
    for (const auto* each : crowd) CHECK(each->sends_tried <= 3);
  });
  return max;
}

}  // namespace

TEST_CASE("a thousand members that stop reading delay the others by at most one iteration") {
  std::size_t ended = 0;
  const auto alone = latest(0, 0, ended);
  const auto beside = latest(stalled_count, 1'048'576, ended);
  CHECK(ended == 0);
  CHECK(beside <= alone + 1);
}

TEST_CASE("closing a thousand slow consumers at once delays the others by at most one iteration") {
  std::size_t ended = 0;
  const auto alone = latest(0, 0, ended);
  const auto beside = latest(stalled_count, 65'536, ended);
  CHECK(ended == stalled_count);
  CHECK(beside <= alone + 1);
}
