// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/wal_pages.hpp"

#include <filesystem>
#include <fstream>

#include "cluster/embedded/sqlite.hpp"
#include "tests/cluster/embedded/store_fixture.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;
using namespace roost::tests;

namespace {

using numbers = std::set<std::uint32_t>;

struct wal_fixture {
  wal_fixture() {
    file.run("PRAGMA page_size = 4096");
    file.run("PRAGMA journal_mode = WAL");
    file.run("CREATE TABLE a (x)");  // pages 1 and 2
    REQUIRE_FALSE(file.failed());
  }
  static std::string folder_of(const temporary_folder& made) {
    std::filesystem::create_directory(made.path);
    return made.path;
  }
  numbers pages() const { return pages_in_wal(path + "-wal"); }
  temporary_folder folder;
  std::string path = folder_of(folder) + "/file";
  sqlite::connection file{path};
};

}  // namespace

TEST_CASE("the pages of every commit since the WAL file began anew are found") {
  wal_fixture its;
  CHECK(its.pages() == numbers{1, 2});
  CHECK(its.file.checkpoint(false));
  its.file.run("INSERT INTO a VALUES (1)");
  CHECK(its.pages() == numbers{2});  // the earlier frames have another salt
  its.file.run("CREATE TABLE b (x)");
  CHECK(its.pages() == numbers{1, 2, 3});
}

TEST_CASE("a transaction that lacks its end does not count, nor does a file that is none") {
  wal_fixture its;
  CHECK(pages_in_wal(its.path + "-none").empty());
  const auto copy = its.path + "-copy";
  std::filesystem::copy_file(its.path + "-wal", copy);
  std::filesystem::resize_file(copy, std::filesystem::file_size(copy) - 1);
  CHECK_FALSE(pages_in_wal(copy).contains(2));
  std::filesystem::resize_file(copy, 20);
  CHECK(pages_in_wal(copy).empty());
}
