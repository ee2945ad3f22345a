// SPDX-License-Identifier: Apache-2.0
#include "actors/fan_out/page_queue.hpp"

#include <vector>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

/// Requests the next page and returns whose it is; 0: no page is due.
std::uint64_t ask(page_queue& queue) {
  auto* next = queue.next();
  if (!next) return 0;
  queue.mark_requested(*next);
  return next->edge_incarnation;
}

}  // namespace

TEST_CASE("channels take turns and at most requested_max pages are requested at a time") {
  page_queue queue;
  for (std::uint64_t edge = 1; edge <= 4; ++edge) queue.add(edge, 9, {});
  CHECK(ask(queue) == 1);
  CHECK(ask(queue) == 2);
  CHECK(queue.requested() == page_queue::requested_max);
  CHECK(ask(queue) == 0);
  queue.page_arrived(*queue.find(1), true);  // more pages remain: queued behind the others
  CHECK(ask(queue) == 3);
  queue.page_arrived(*queue.find(2), true);
  queue.page_arrived(*queue.find(3), true);
  CHECK(ask(queue) == 4);
  CHECK(ask(queue) == 1);
}

TEST_CASE("a channel whose page found no room is the next in turn") {
  page_queue queue;
  for (std::uint64_t edge = 1; edge <= 3; ++edge) queue.add(edge, 9, {});
  CHECK(ask(queue) == 1);
  queue.page_arrived(*queue.find(1), false);
  CHECK(ask(queue) == 1);
}

TEST_CASE(
    "an unrequested page that found no room is next in turn and does not count as requested") {
  page_queue queue;
  queue.add(1, 9, {});
  auto& second = queue.add(2, 9, {});
  queue.page_arrived(second, false);
  CHECK(queue.requested() == 0);
  CHECK(ask(queue) == 2);
  CHECK(ask(queue) == 1);
}

TEST_CASE("a channel that ends leaves the queue whether its page was requested or not") {
  page_queue queue;
  for (std::uint64_t edge = 1; edge <= 3; ++edge) queue.add(edge, 9, {});
  CHECK(ask(queue) == 1);
  queue.remove(1);
  queue.remove(2);
  queue.remove(7);
  CHECK(queue.requested() == 0);
  CHECK(queue.find(1) == nullptr);
  CHECK(ask(queue) == 3);
  queue.remove(3);
  CHECK(queue.empty());
  CHECK(ask(queue) == 0);
}
