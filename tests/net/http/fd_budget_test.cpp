#include "net/http/fd_budget.hpp"

#include <sys/resource.h>

#include <limits>

#include "tests/fixtures/catch.hpp"

namespace roost::net::http {

TEST_CASE("two hundred files and five a loop are left, half of them for clients that ask") {
  const auto got = fd_budget_for(10'000, 5);
  CHECK(got.connections == 9'775);
  CHECK(got.sockets == 9'887);
}

TEST_CASE("where files are few half of them are left") {
  const auto got = fd_budget_for(300, 2);
  CHECK(got.connections == 150);
  CHECK(got.sockets == 225);
  CHECK(fd_budget_for(0, 1).sockets == 0);
}

TEST_CASE("without a limit of files a number of 32 bits is one") {
  constexpr auto files_max = std::numeric_limits<std::uint32_t>::max();
  CHECK(fd_budget_for(RLIM_INFINITY, 1).connections == files_max - 205);
}

TEST_CASE("a configured number of connections holds as far as there are files for it") {
  CHECK(fd_budget_of_process(3, 1).connections == 3);
  const auto all = fd_budget_of_process(0, 1);
  CHECK(fd_budget_of_process(std::numeric_limits<std::uint32_t>::max(), 1).connections ==
        all.connections);
  CHECK(fd_budget_of_process(3, 1).sockets == all.sockets);
}

}  // namespace roost::net::http
