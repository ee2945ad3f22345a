// SPDX-License-Identifier: Apache-2.0
#include "actors/api/api_pacer.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;
using ids = std::vector<std::uint64_t>;

namespace {

const time_point first_time{std::chrono::hours(1)};
constexpr node_id owner{1};
constexpr auto half = api_pacer::bytes_max / 2;

}  // namespace

TEST_CASE("calls are sent in order until their bytes fill the window of their owner") {
  api_pacer pacer;
  for (std::uint64_t id = 1; id <= 3; ++id) pacer.add(id, owner, half, first_time);
  CHECK(pacer.take_next() == ids{1, 2});
  CHECK(pacer.take_next().empty());
  pacer.end(1);
  CHECK(pacer.take_next() == ids{3});
  pacer.end(2);
  pacer.end(3);
  CHECK(pacer.take_next().empty());
}

TEST_CASE("calls for one owner do not wait for those of another") {
  api_pacer pacer;
  pacer.add(1, owner, api_pacer::bytes_max, first_time);
  pacer.add(2, owner, half, first_time);
  pacer.add(3, node_id{}, half, first_time);
  CHECK(pacer.take_next() == ids{3, 1});  // by node
  pacer.end(1);
  CHECK(pacer.take_next() == ids{2});
}

TEST_CASE("a call that is larger than the window goes alone") {
  api_pacer pacer;
  pacer.add(1, owner, 1, first_time);
  pacer.add(2, owner, 2 * api_pacer::bytes_max, first_time);
  pacer.add(3, owner, 1, first_time);
  CHECK(pacer.take_next() == ids{1});
  pacer.end(1);
  CHECK(pacer.take_next() == ids{2});
  pacer.end(2);
  CHECK(pacer.take_next() == ids{3});
}

TEST_CASE("calls that wait too long are taken and those that were sent are not") {
  api_pacer pacer;
  pacer.add(1, owner, api_pacer::bytes_max, first_time);
  pacer.add(2, owner, half, first_time);
  pacer.add(3, owner, half, first_time + milliseconds(1));
  CHECK(pacer.take_next() == ids{1});
  CHECK(pacer.take_old(first_time - milliseconds(1)).empty());
  CHECK(pacer.take_old(first_time) == ids{2});
  pacer.end(1);
  CHECK(pacer.take_next() == ids{3});
}

TEST_CASE("the end of an unknown call changes nothing") {
  api_pacer pacer;
  pacer.add(1, owner, api_pacer::bytes_max, first_time);
  CHECK(pacer.take_next() == ids{1});
  pacer.add(2, owner, half, first_time);
  pacer.end(7);
  CHECK(pacer.take_next().empty());
}
