// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/request_queue.hpp"

#include <thread>

#include "tests/fixtures/catch.hpp"

namespace {

struct numbered {
  std::size_t bytes = 0;
  int number = 0;
};
using queue = roost::cluster::request_queue<numbered>;

bool push(queue& to, int number, std::size_t bytes = 0) {
  numbered request{bytes, number};
  return to.push(request);
}

std::vector<int> take(queue& from) {
  std::vector<int> out;
  for (const auto& each : from.take(std::chrono::steady_clock::now())) out.push_back(each.number);
  return out;
}

}  // namespace

TEST_CASE("requests that wait are taken together, in their order") {
  queue all;
  CHECK(take(all).empty());
  for (int i = 1; i <= 3; ++i) REQUIRE(push(all, i));
  CHECK(take(all) == std::vector{1, 2, 3});
  CHECK(take(all).empty());
}

TEST_CASE("a queue refuses requests over its number and its bytes") {
  queue all({.requests_max = 3, .bytes_max = 100});
  CHECK(push(all, 1, 60));
  CHECK_FALSE(push(all, 2, 41));
  CHECK(push(all, 3, 40));
  CHECK(push(all, 4));
  CHECK_FALSE(push(all, 5));
  CHECK(take(all) == std::vector{1, 3, 4});
  CHECK(push(all, 6, 1'000));  // a single one always fits
  CHECK_FALSE(push(all, 7, 1));
}

TEST_CASE("a queue gives at most about its bytes at once") {
  queue all({.taken_bytes_max = 100});
  for (int i = 1; i <= 5; ++i) REQUIRE(push(all, i, 50));
  CHECK(take(all) == std::vector{1, 2});
  CHECK(take(all) == std::vector{3, 4});
  CHECK(take(all) == std::vector{5});
}

TEST_CASE("the rest of a request waits behind all others, also if the queue is full or closed") {
  queue all({.requests_max = 1});
  REQUIRE(push(all, 1));
  all.push_rest({0, 2});
  all.close();
  all.push_rest({0, 3});
  CHECK(take(all) == std::vector{1, 2, 3});
}

TEST_CASE("a closed queue refuses requests and ends the wait for them") {
  queue all;
  std::thread closer([&] { all.close(); });
  CHECK(all.take().empty());
  closer.join();
  CHECK(all.is_closed());
  CHECK_FALSE(push(all, 1));
}

TEST_CASE("a request wakes the thread that waits for it") {
  queue all;
  std::thread pusher([&] { push(all, 7); });
  CHECK(all.take().at(0).number == 7);
  pusher.join();
}
