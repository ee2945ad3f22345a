// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/space_reserve.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>

#include "tests/cluster/embedded/store_fixture.hpp"

namespace {

using roost::cluster::space_reserve;

/// Bytes that the file takes on the disk.
std::int64_t taken_by(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return std::int64_t{status.st_blocks} * 512;
}

}  // namespace

TEST_CASE("a reserve takes its space on the disk until it is released") {
  const roost::tests::temporary_folder folder;
  std::filesystem::create_directory(folder.path);
  const auto path = folder.path + "/reserve";
  space_reserve reserve(path);
  CHECK_FALSE(reserve.release());
  CHECK(reserve.hold());
  CHECK(taken_by(path) >= space_reserve::bytes);
  CHECK(reserve.release());
  CHECK(taken_by(path) == 0);
  CHECK(reserve.hold());
  // The next process finds its space free.
  const space_reserve next(path);
  CHECK_FALSE(next.is_held());
  CHECK(taken_by(path) == 0);
}

TEST_CASE("a reserve that does not fit takes nothing") {
  const roost::tests::temporary_folder folder;
  CHECK_FALSE(space_reserve(folder.path + "/reserve").hold());  // there is no folder
  std::filesystem::create_directory(folder.path);
  space_reserve reserve(folder.path + "/reserve");
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1 << 20, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  CHECK_FALSE(reserve.hold());
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  CHECK(taken_by(folder.path + "/reserve") == 0);
  CHECK(reserve.hold());
}
