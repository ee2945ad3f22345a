#include "net/http/file_budget.hpp"

#include <sys/resource.h>

#include <limits>

#include "tests/fixtures/catch.hpp"

namespace roost::net::http {

TEST_CASE("two hundred files and five a loop are left, half of them for clients that ask") {
  const auto got = budget_of(10'000, 5);
  CHECK(got.connections == 9'775);
  CHECK(got.sockets == 9'887);
}

TEST_CASE("where files are few half of them are left") {
  const auto got = budget_of(300, 2);
  CHECK(got.connections == 150);
  CHECK(got.sockets == 225);
  CHECK(budget_of(0, 1).sockets == 0);
}

TEST_CASE("without a limit of files a number of 32 bits is one") {
  constexpr auto most = std::numeric_limits<std::uint32_t>::max();
  CHECK(budget_of(RLIM_INFINITY, 1).connections == most - 205);
}

TEST_CASE("a configured number of connections holds as far as there are files for it") {
  CHECK(budget_here(3, 1).connections == 3);
  const auto all = budget_here(0, 1);
  CHECK(budget_here(std::numeric_limits<std::uint32_t>::max(), 1).connections == all.connections);
  CHECK(budget_here(3, 1).sockets == all.sockets);
}

}  // namespace roost::net::http
