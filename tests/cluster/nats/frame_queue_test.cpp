// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/frame_queue.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "tests/fixtures/catch.hpp"

namespace {

using namespace roost;
using cluster::arrival;
using cluster::frame_queue;

constexpr std::size_t everything = ~std::size_t{0};

slice frame_of(std::string_view text) { return slice::of(bytes_ptr::copy(text)); }

std::size_t cost_of(std::string_view text) {
  return arrival{arrival::kind_of::frame, frame_of(text)}.cost();
}

std::vector<std::string> taken(frame_queue& from, std::size_t bytes_max = everything) {
  std::vector<std::string> out;
  for (const auto& each : from.take(bytes_max)) {
    switch (each.kind) {
      case arrival::kind_of::frame:
        out.emplace_back(each.frame.view());
        break;
      case arrival::kind_of::lost:
        out.emplace_back("lost");
        break;
      case arrival::kind_of::back:
        out.emplace_back("back");
        break;
    }
  }
  return out;
}

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("frames and breaks keep their order") {
  frame_queue queue(1'000);
  CHECK(queue.empty());
  CHECK(queue.push(frame_of("a")));
  queue.lost();
  queue.back();
  CHECK(queue.push(frame_of("")));
  CHECK(queue.push(frame_of("b")));
  CHECK_FALSE(queue.empty());
  CHECK(taken(queue) == texts{"a", "lost", "back", "", "b"});
  CHECK(queue.empty());
  CHECK(taken(queue).empty());
}

TEST_CASE("frames are taken up to a bound, but always one") {
  frame_queue queue(10'000);
  for (const auto* each : {"1", "2", "3", "4", "5"}) CHECK(queue.push(frame_of(each)));
  CHECK(taken(queue, 2 * cost_of("1")) == texts{"1", "2"});
  CHECK(taken(queue, 1) == texts{"3"});
  CHECK(taken(queue) == texts{"4", "5"});
}

TEST_CASE("a frame above the bound is dropped, with a break in its place") {
  frame_queue queue(2 * cost_of("1"));
  CHECK(queue.push(frame_of("1")));
  CHECK(queue.push(frame_of("2")));
  CHECK_FALSE(queue.push(frame_of("3")));
  CHECK(taken(queue) == texts{"1", "2", "lost", "back"});
  CHECK(queue.push(frame_of("4")));
  CHECK(queue.push(frame_of("5")));
  CHECK(taken(queue) == texts{"4", "5"});
}

TEST_CASE("after a dropped frame all others are dropped until the queue is empty") {
  frame_queue queue(2 * cost_of("large frame"));
  CHECK(queue.push(frame_of("1")));
  CHECK_FALSE(queue.push(frame_of(std::string(1'000, 'x'))));
  CHECK_FALSE(queue.push(frame_of("2")));
  CHECK(queue.is_overrun());
  CHECK(taken(queue, 1) == texts{"1"});
  CHECK(queue.is_overrun());
  CHECK_FALSE(queue.push(frame_of("3")));
  CHECK(taken(queue) == texts{"lost", "back"});
  CHECK_FALSE(queue.is_overrun());
  CHECK(queue.push(frame_of("4")));
  CHECK(taken(queue) == texts{"4"});
}

TEST_CASE("breaks without a frame between them are one") {
  frame_queue queue(1'000);
  for (int times = 0; times < 3; ++times) {
    queue.lost();
    queue.back();
  }
  queue.lost();
  CHECK(taken(queue) == texts{"lost"});
  for (int times = 0; times < 3; ++times) {
    queue.back();
    queue.lost();
  }
  queue.back();
  CHECK(taken(queue) == texts{"back"});
}

TEST_CASE("a break in the place of a dropped frame joins one of the connection") {
  frame_queue queue(1'000);
  CHECK(queue.push(frame_of("1")));
  CHECK_FALSE(queue.push(frame_of(std::string(2'000, 'x'))));
  queue.lost();
  CHECK(taken(queue) == texts{"1", "lost"});
  queue.back();
  CHECK(queue.push(frame_of("2")));
  CHECK(taken(queue) == texts{"back", "2"});
}
