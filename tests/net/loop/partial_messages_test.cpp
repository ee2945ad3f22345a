// SPDX-License-Identifier: Apache-2.0
#include "net/loop/partial_messages.hpp"

#include <vector>

#include "tests/fixtures/catch.hpp"

using roost::net::partial_messages;

namespace {

struct client final : partial_messages::holder {
  explicit client(partial_messages& of) : all(of) {}
  void evict_partial() override {
    has_ended = true;
    all.clear(at);
  }
  void holds(std::size_t bytes) { all.set(at, *this, bytes); }
  partial_messages& all;
  partial_messages::entry_handle at = nullptr;
  bool has_ended = false;
};

}  // namespace

TEST_CASE("an incomplete message is counted as it grows and no longer when it is complete") {
  partial_messages all;
  client one(all);
  client two(all);
  one.holds(100);
  two.holds(50);
  one.holds(300);
  CHECK(all.bytes() == 350);
  all.clear(one.at);
  all.clear(one.at);
  CHECK(all.bytes() == 50);
}

TEST_CASE("over the bound the oldest message is evicted and not the one that grows") {
  partial_messages all;
  client slow(all);
  client later(all);
  client last(all);
  slow.holds(10);
  later.holds(80);
  last.holds(30);
  all.evict_above(120);
  CHECK_FALSE(slow.has_ended);
  slow.holds(20);
  all.evict_above(120);
  CHECK(slow.has_ended);
  CHECK_FALSE(later.has_ended);
  CHECK(all.bytes() == 110);
  last.holds(100);
  all.evict_above(120);
  CHECK(later.has_ended);
  CHECK_FALSE(last.has_ended);
}

TEST_CASE("the only message is never evicted") {
  partial_messages all;
  client one(all);
  one.holds(1'000);
  all.evict_above(10);
  CHECK_FALSE(one.has_ended);
}
