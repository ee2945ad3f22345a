// SPDX-License-Identifier: Apache-2.0
#include "config/load/settings_store.hpp"

#include <thread>

#include "tests/fixtures/catch.hpp"

using namespace roost;

TEST_CASE("settings that were read stay valid for a while after a replacement") {
  settings first;
  first.limits.idle_ms = 1;
  settings_store live(first);
  const auto& before = live.current();
  const time_point start{};
  settings second = first;
  second.limits.idle_ms = 2;
  live.replace(second, start);
  CHECK(live->limits.idle_ms == 2);
  CHECK(before.limits.idle_ms == 1);
  live.replace(second, start + settings_store::kept);
  CHECK(before.limits.idle_ms == 1);
}

TEST_CASE("a reader on another thread never sees a mix of old and new settings") {
  settings_store live{settings{}};
  const auto set = [&](std::uint32_t value) {
    settings next;
    next.limits.idle_ms = next.limits.close_ms = value;
    live.replace(next);
  };
  set(1);
  bool is_torn = false;
  std::uint32_t last = 0;
  std::thread reader([&] {
    while (last < 200) {
      const auto& now = live.current();
      is_torn = is_torn || now.limits.idle_ms != now.limits.close_ms;
      is_torn = is_torn || now.limits.idle_ms < last;
      last = now.limits.idle_ms;
    }
  });
  for (std::uint32_t i = 2; i <= 200; ++i) set(i);
  reader.join();
  CHECK_FALSE(is_torn);
}
