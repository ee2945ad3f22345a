// SPDX-License-Identifier: Apache-2.0
#include "net/transport/descriptor.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>

#include "tests/fixtures/catch.hpp"

using roost::net::descriptor;

namespace {

bool is_open(int number) { return ::fcntl(number, F_GETFD) >= 0; }

}  // namespace

TEST_CASE("a moved descriptor is closed exactly once and by its last owner") {
  const int number = ::eventfd(0, 0);
  const int other = ::eventfd(0, 0);
  REQUIRE(number >= 0);
  {
    descriptor first{number};
    descriptor second{std::move(first)};
    {
      descriptor third;
      CHECK_FALSE(third.is_open());
      third = std::move(second);
      CHECK(third.number() == number);
      CHECK(is_open(number));
    }
    CHECK_FALSE(is_open(number));
    // The number belongs to another file now, which the former owners must not close.
    REQUIRE(::dup2(other, number) == number);
  }
  CHECK(is_open(number));
  ::close(number);
  ::close(other);
}

TEST_CASE("a move assignment closes the previous descriptor") {
  const int one = ::eventfd(0, 0);
  const int two = ::eventfd(0, 0);
  descriptor it{one};
  it = descriptor{two};
  CHECK_FALSE(is_open(one));
  CHECK(is_open(two));
  it.close();
  CHECK_FALSE(is_open(two));
  CHECK_FALSE(it.is_open());
}
