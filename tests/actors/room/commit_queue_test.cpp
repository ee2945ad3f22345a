// SPDX-License-Identifier: Apache-2.0
#include "actors/room/commit_queue.hpp"

#include <vector>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

cluster::event_ptr event_at(std::uint64_t number, std::size_t bytes = 0) {
  cluster::event out;
  out.at = offset{number};
  cluster::events::ordered ordered;
  ordered.payload.data = slice::of(bytes_ptr::copy(std::string(bytes, 'x')));
  out.body = std::move(ordered);
  return cluster::share(std::move(out));
}

std::vector<std::uint64_t> store(commit_queue& queue, std::uint64_t ticket) {
  std::vector<std::uint64_t> out;
  queue.stored(ticket, [&out](cluster::event_ptr&& event) { out.push_back(event->at.value); });
  return out;
}

using list = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("an event waits exactly for the records that were sent before it") {
  commit_queue queue;
  CHECK_FALSE(queue.is_waiting());
  CHECK(queue.add_ticket() == 1);
  CHECK(queue.is_waiting());
  queue.hold(event_at(1));
  queue.hold(event_at(2));
  CHECK(queue.add_ticket() == 2);
  queue.hold(event_at(3));
  CHECK(store(queue, 1) == list{1, 2});
  CHECK(queue.is_waiting());
  queue.hold(event_at(4));
  CHECK(store(queue, 2) == list{3, 4});
  CHECK_FALSE(queue.is_waiting());
}

TEST_CASE("one acknowledgement covers all earlier tickets and a repeated one changes nothing") {
  commit_queue queue;
  for (std::uint64_t i = 1; i <= 5; ++i) {
    queue.add_ticket();
    queue.hold(event_at(i));
  }
  CHECK(store(queue, 3) == list{1, 2, 3});
  CHECK(store(queue, 3).empty());
  CHECK(store(queue, 1).empty());
  CHECK(store(queue, 5) == list{4, 5});
}

TEST_CASE("an acknowledgement of a ticket that was never given acknowledges only those that were") {
  commit_queue queue;
  queue.add_ticket();
  CHECK(store(queue, 9).empty());
  CHECK_FALSE(queue.is_waiting());
  queue.add_ticket();
  CHECK(queue.is_waiting());
}

TEST_CASE("the queue is full at its number of events or of bytes until they are stored") {
  commit_queue queue;
  queue.add_ticket();
  for (std::size_t i = 0; i < commit_queue::events_max; ++i) {
    CHECK_FALSE(queue.is_full());
    queue.hold(event_at(i));
  }
  CHECK(queue.is_full());
  queue.hold(event_at(0));  // an answer to what was applied before
  CHECK(store(queue, 1).size() == commit_queue::events_max + 1);
  CHECK_FALSE(queue.is_full());
  queue.add_ticket();
  queue.hold(event_at(1, commit_queue::bytes_max));
  CHECK(queue.is_full());
  store(queue, 2);
  CHECK_FALSE(queue.is_full());
  CHECK(queue.bytes() == 0);
  CHECK(queue.size() == 0);
}

TEST_CASE("the bytes of an event are those that no history holds") {
  const auto plain = output_bytes(*event_at(1));
  CHECK(output_bytes(*event_at(1, 1'000)) == plain + 1'000);
  cluster::side_state_page entries;
  entries.entries.emplace_back("presence", json_payload(std::string(500, 'x')));
  const auto page = std::make_shared<const cluster::side_state_page>(std::move(entries));
  cluster::event event;
  event.body = cluster::events::side_state{{}, 0, page};
  CHECK(output_bytes(event) == plain + 508);
  event.body = cluster::events::page{{}, 0, {}, {event_at(1, 9'999)}, page};
  CHECK(output_bytes(event) == plain + 508 + sizeof(cluster::event_ptr));
}
