// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/store_folder.hpp"

#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/cluster/embedded/store_fixture.hpp"

namespace {

using namespace roost;
using cluster::store_folder;

/// Root may write everywhere, so the test accesses files as another user.
struct as_nobody {
  as_nobody() {
    if (::geteuid() == 0) ::setfsuid(65534);
  }
  as_nobody(const as_nobody&) = delete;
  as_nobody& operator=(const as_nobody&) = delete;
  ~as_nobody() { ::setfsuid(::geteuid()); }
};

}  // namespace

TEST_CASE("the folder of a store is created for its user only") {
  const tests::temporary_folder folder;
  const auto locked = store_folder::lock(folder.path);
  REQUIRE(locked);
  struct stat status {};
  REQUIRE(::stat(folder.path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0700);
  CHECK(locked->file() == folder.file());
}

TEST_CASE("a second user of a store is refused until the first one ends") {
  const tests::temporary_folder folder;
  {
    const auto first = store_folder::lock(folder.path);
    REQUIRE(first);
    const auto second = store_folder::lock(folder.path);
    REQUIRE_FALSE(second);
    CHECK(second.failure().code == errc::store_locked);
    CHECK(second.failure().detail == folder.path + ": another process uses this store");
  }
  CHECK(store_folder::lock(folder.path));
}

TEST_CASE("a folder in a missing folder is refused by name") {
  const tests::temporary_folder folder;
  const auto locked = store_folder::lock(folder.path + "/missing/store");
  REQUIRE_FALSE(locked);
  CHECK(locked.failure().code == errc::cannot_open_store);
  CHECK(locked.failure().detail == folder.path + "/missing/store: No such file or directory");
  CHECK_FALSE(std::filesystem::exists(folder.path));
}

TEST_CASE("a file in place of the folder is refused") {
  const tests::temporary_folder folder;
  std::ofstream(folder.path) << "text";
  const auto locked = store_folder::lock(folder.path);
  REQUIRE_FALSE(locked);
  CHECK(locked.failure().detail == folder.path + "/lock: Not a directory");
}

TEST_CASE("a folder that cannot be written to is refused") {
  const tests::temporary_folder folder;
  REQUIRE(std::filesystem::create_directory(folder.path));
  REQUIRE(::chmod(folder.path.c_str(), 0555) == 0);
  const as_nobody other;
  const auto locked = store_folder::lock(folder.path);
  REQUIRE_FALSE(locked);
  CHECK(locked.failure().code == errc::cannot_open_store);
  CHECK(locked.failure().detail == folder.path + "/lock: Permission denied");
}

TEST_CASE("the file of a store is created for its user only, and not emptied") {
  const tests::temporary_folder folder;
  auto locked = store_folder::lock(folder.path);
  REQUIRE(locked);
  REQUIRE(locked->create_file());
  struct stat status {};
  REQUIRE(::stat(folder.file().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
  std::ofstream(folder.file()) << "text";
  REQUIRE(locked->create_file());
  CHECK(std::filesystem::file_size(folder.file()) == 4);
}

TEST_CASE("a folder remembers that its store was created") {
  const tests::temporary_folder folder;
  {
    auto locked = store_folder::lock(folder.path);
    REQUIRE(locked);
    CHECK_FALSE(locked->is_created());
    REQUIRE(locked->mark_created());
    CHECK(locked->is_created());
  }
  const auto again = store_folder::lock(folder.path);
  REQUIRE(again);
  CHECK(again->is_created());
}

TEST_CASE("a folder that exists is locked without creating anything in it") {
  const tests::temporary_folder folder;
  REQUIRE(std::filesystem::create_directory(folder.path));
  {
    const auto unlocked = store_folder::lock_existing(folder.path);
    REQUIRE(unlocked);
    CHECK(std::filesystem::is_empty(folder.path));
    CHECK(store_folder::lock(folder.path));
  }
  const auto locked = store_folder::lock_existing(folder.path);
  REQUIRE(locked);
  CHECK(store_folder::lock(folder.path).failure().code == errc::store_locked);
  CHECK(store_folder::lock_existing(folder.path).failure().code == errc::store_locked);
}
