// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/transfer/transfer_fixture.hpp"

using namespace roost;
using namespace roost::tests;

namespace {

/// The bytes of an export of a small store.
std::string small_export(std::uint64_t seed = 4) {
  const temporary_folder folder;
  make_store(folder.path, seed, 6);
  return exported(folder.path);
}

}  // namespace

TEST_CASE("an import that is cut off anywhere is refused and leaves nothing behind") {
  const auto bytes = small_export();
  const temporary_folder folder;
  for (std::size_t left = 0; left < bytes.size(); left += left < 600 ? 1 : 211) {
    const auto done = import_from(std::string_view{bytes}.substr(0, left), folder.path);
    INFO(left << " of " << bytes.size() << " bytes");
    REQUIRE_FALSE(done);
    REQUIRE(done.failure().code == errc::store_damaged);
    REQUIRE_FALSE(std::filesystem::exists(folder.path));
  }
  CHECK(import_from(bytes, folder.path));
}

TEST_CASE("an import with a changed byte is refused and leaves nothing behind") {
  const auto bytes = small_export();
  const temporary_folder folder;
  for (std::size_t at = 0; at < bytes.size(); at += 37) {
    auto changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 4);
    INFO("byte " << at << " of " << bytes.size());
    REQUIRE_FALSE(import_from(changed, folder.path));
    REQUIRE_FALSE(std::filesystem::exists(folder.path));
  }
}

TEST_CASE("an import into a store that has anything is refused and changes nothing") {
  const auto bytes = small_export();
  const temporary_folder folder;
  make_store(folder.path, 9);
  const auto before = bytes_of_file(folder.file());
  const auto names = names_in(folder.path);
  const auto done = import_from(bytes, folder.path);
  REQUIRE_FALSE(done);
  CHECK(done.failure().code == errc::cannot_open_store);
  CHECK(done.failure().detail ==
        folder.path + ": there is a store already: name a new folder, or move this one away");
  CHECK(bytes_of_file(folder.file()) == before);
  CHECK(names_in(folder.path) == names);
}

TEST_CASE("an import replaces a store that has nothing in it, and a lost file") {
  const auto bytes = small_export();
  const temporary_folder folder;
  SECTION("tables without rows") { CHECK(problem_of(folder.path).empty()); }
  SECTION("an empty folder") { std::filesystem::create_directory(folder.path); }
  SECTION("a file that was lost") {
    make_store(folder.path, 9);
    std::filesystem::remove(folder.file());
  }
  SECTION("what a killed import left") {
    std::filesystem::create_directory(folder.path);
    std::ofstream(folder.file() + ".import") << "half";
  }
  CHECK(import_from(bytes, folder.path));
  CHECK(exported(folder.path) == bytes);
  CHECK(names_in(folder.path) == std::vector<std::string>{"lock", "roost.db"});
}

TEST_CASE("an import keeps the files of a folder that it did not create") {
  const auto bytes = small_export();
  const temporary_folder folder;
  std::filesystem::create_directory(folder.path);
  std::ofstream(folder.path + "/notes") << "mine";
  CHECK_FALSE(import_from(bytes.substr(0, 500), folder.path));
  CHECK(names_in(folder.path) == std::vector<std::string>{"lock", "notes"});
}

TEST_CASE("an import into a store that a process uses is refused") {
  const temporary_folder folder;
  const open_file other(folder.path);
  const auto done = import_from(small_export(), folder.path);
  REQUIRE_FALSE(done);
  CHECK(done.failure().code == errc::store_locked);
}

TEST_CASE("an import for settings with another number of shards is refused with both") {
  const auto bytes = small_export();
  const temporary_folder folder;
  const auto done = import_from(bytes, folder.path, 99);
  REQUIRE_FALSE(done);
  CHECK(done.failure().code == errc::cannot_open_store);
  CHECK(says(done.failure().detail, "cluster.shards is 99, but the export has "));
  CHECK_FALSE(std::filesystem::exists(folder.path));
}

TEST_CASE("the failure of the source ends the import and leaves nothing behind") {
  const temporary_folder folder;
  const auto done = cluster::import_store(folder.path, {}, []() -> result<std::string_view> {
    return error{errc::cannot_open_store, "Input/output error"};
  });
  REQUIRE_FALSE(done);
  CHECK(done.failure().detail == "Input/output error");
  CHECK_FALSE(std::filesystem::exists(folder.path));
}
