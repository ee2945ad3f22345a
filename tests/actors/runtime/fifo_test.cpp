// SPDX-License-Identifier: Apache-2.0
#include "actors/runtime/fifo.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <random>

#include "tests/fixtures/catch.hpp"

using roost::actors::fifo;

TEST_CASE("elements leave in the order of arrival under random pushes and pops") {
  std::mt19937 random(7);
  fifo<int> queue;
  std::deque<int> model;
  for (int n = 0; n < 20'000; ++n) {
    // Alternate between phases in which the queue grows and phases in which it drains.
    const bool grows = random() % 100 < (n / 500 % 2 == 0 ? 60 : 35);
    if (grows || model.empty()) {
      queue.push_back(int{n});
      model.push_back(n);
    } else {
      REQUIRE(queue.front() == model.front());
      queue.pop_front();
      model.pop_front();
    }
    REQUIRE(queue.size() == model.size());
    REQUIRE(queue.empty() == model.empty());
    if (model.empty()) continue;
    REQUIRE(queue.back() == model.back());
    const auto at = random() % model.size();
    REQUIRE(queue[at] == model[at]);
  }
  REQUIRE(std::equal(queue.begin(), queue.end(), model.begin(), model.end()));
}

TEST_CASE("a popped element is destroyed at once and clear destroys all elements") {
  fifo<std::shared_ptr<int>> queue;
  const auto one = std::make_shared<int>(1);
  for (int n = 0; n < 5; ++n) queue.push_back(std::shared_ptr{one});
  CHECK(one.use_count() == 6);
  queue.pop_front();
  CHECK(one.use_count() == 5);
  queue.clear();
  CHECK(one.use_count() == 1);
  queue.push_back(std::shared_ptr{one});
  queue.pop_front();
  CHECK(one.use_count() == 1);
  CHECK(queue.empty());
}

TEST_CASE("a moved queue keeps its elements and the other one is empty") {
  fifo<int> from;
  for (int i = 0; i < 3; ++i) from.push_back(int{i});
  from.pop_front();
  fifo<int> to;
  to.push_back(7);
  to = std::move(from);
  CHECK(to.size() == 2);
  CHECK(to.front() == 1);
  from.push_back(9);
  CHECK(from.size() == 1);
  CHECK(from.front() == 9);
}
