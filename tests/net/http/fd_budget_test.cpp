// SPDX-License-Identifier: Apache-2.0
#include "net/http/fd_budget.hpp"

#include <sys/resource.h>

#include <limits>

#include "tests/fixtures/catch.hpp"

namespace roost::net::http {

TEST_CASE("the fd budget reserves 200 files plus five per loop and pending clients may use half") {
  const auto got = fd_budget_for(10'000, 5);
  CHECK(got.connections == 9'775);
  CHECK(got.sockets == 9'887);
}

TEST_CASE("with few files half of them are reserved") {
  const auto got = fd_budget_for(300, 2);
  CHECK(got.connections == 150);
  CHECK(got.sockets == 225);
  CHECK(fd_budget_for(0, 1).sockets == 0);
}

TEST_CASE("an unlimited number of files counts as the largest 32-bit number") {
  constexpr auto files_max = std::numeric_limits<std::uint32_t>::max();
  CHECK(fd_budget_for(RLIM_INFINITY, 1).connections == files_max - 205);
}

TEST_CASE("the configured number of connections is capped by the available files") {
  CHECK(fd_budget_of_process(3, 1).connections == 3);
  const auto all = fd_budget_of_process(0, 1);
  CHECK(fd_budget_of_process(std::numeric_limits<std::uint32_t>::max(), 1).connections ==
        all.connections);
  CHECK(fd_budget_of_process(3, 1).sockets == all.sockets);
}

}  // namespace roost::net::http
